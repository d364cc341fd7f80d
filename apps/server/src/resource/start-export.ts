import { platformFail } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { startTask } from '../platform/tasks/start-task.ts';
import type { ResourceBinding } from './binding.ts';
import { asCompanyHasIt } from './custom/read-custom-fields.ts';
import { whereClause } from './list-filter.ts';
import { orderBy } from './list-sort.ts';

export interface ExportRequest {
  sort?: string | undefined;
  q?: string | undefined;
  communityId?: string | undefined;
  filter?: string | undefined;
  /** Field keys in the order wanted; all fields when there are none. */
  columns?: string[] | undefined;
}

declare module '../platform/tasks/task.ts' {
  interface TaskInputs {
    exportResource: ExportRequest & { resource: string };
  }
}

/** Starts the export of what the filter shows and returns the task (PLT-10). A wrong filter is refused here, not later. */
export async function startExport(ctx: Context, plain: ResourceBinding, request: ExportRequest): Promise<string> {
  const binding = await asCompanyHasIt(ctx, plain);
  const { definition } = binding;
  whereClause(ctx, binding, request);
  orderBy(binding, request.sort);
  const unknown = request.columns?.find((key) => !Object.hasOwn(definition.fields, key));
  if (unknown !== undefined) throw platformFail('list.unknownFilter', { label: definition.label, field: unknown });
  return startTask(ctx, 'exportResource', {
    title: `导出${definition.label}`,
    communityId: null,
    permission: definition.permissions.export,
    input: { ...request, resource: definition.name },
  });
}
