import { fileURLToPath } from 'node:url';
import { readModules } from './read-imports.ts';
import { findBreaches } from './rules.ts';

const folders = ['packages', 'apps', 'tools'];
/** A check that sees nothing passes everything: below this many modules it has not looked. */
const fewestModules = 100;

const modules = readModules(fileURLToPath(new URL('../..', import.meta.url)), folders);
const breaches = findBreaches(modules);
for (const { path, rule } of breaches) console.error(`${path}: ${rule}`);
console.log(
  `architecture: ${modules.length} modules, ${modules.reduce((sum, one) => sum + one.imports.length, 0)} imports, ${breaches.length} breaches`,
);
if (modules.length < fewestModules)
  console.error(`architecture: only ${modules.length} modules found, expected at least ${fewestModules}`);
process.exitCode = breaches.length > 0 || modules.length < fewestModules ? 1 : 0;
