import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Imports inside libraries that would bring parts no page of ours uses into every first view, and what they get
 * instead. When a library moves its files a detour no longer applies; the check of the first view's size then fails.
 */
const detours = [
  // Filters of ours stand above the table: its heading needs no filter menu, and with it no tree and no radio buttons.
  { importer: 'antd/es/table/hooks/useFilter/index.js', source: './FilterDropdown', to: 'no-filter-menu.ts' },
  // A context of the form is part of every input; the rest of the form engine is not.
  { importer: 'antd/es/form/context.js', source: '@rc-component/form', to: '@rc-component/form/es/FormContext.js' },
  // Radio buttons want one line of it.
  { importer: 'antd/es/radio/group.js', source: '../form/hooks/useForm', to: 'name-path.ts' },
] as const;

export function leanFirstView(): Plugin {
  return {
    name: 'anlin-lean-first-view',
    enforce: 'pre',
    apply: 'build',
    resolveId(source, importer) {
      const path = importer?.replaceAll('\\', '/') ?? '';
      const detour = detours.find((one) => one.source === source && path.endsWith(one.importer));
      if (!detour) return null;
      if (detour.to.startsWith('@')) return this.resolve(detour.to, importer, { skipSelf: true });
      return resolve(here, detour.to);
    },
  };
}
