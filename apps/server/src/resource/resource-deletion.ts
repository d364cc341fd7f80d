import type { Field, ResourceRow } from '@anlin/contract';
import { z } from 'zod';
import { type Approvable, defineApprovable } from '../platform/approvals/approvable.ts';
import { dryRun } from '../platform/database/dry-run.ts';
import type { ResourceBinding } from './binding.ts';
import { findRow, getRow } from './get-row.ts';
import { deleteRow } from './write-row.ts';

const deletionInput = z.object({ id: z.string() });

/**
 * Deleting a row of a resource as an action that may need approval. A company can ask for it where the action is
 * registered in `app.ts`; elsewhere no flow can name it and it is done at once.
 */
export function resourceDeletion(binding: ResourceBinding): Approvable<{ id: string }, { ok: true }> {
  const { definition } = binding;
  const remove = async (ctx: Parameters<typeof deleteRow>[0], id: string) => {
    await deleteRow(ctx, binding, id);
    return { ok: true } as const;
  };
  return defineApprovable({
    key: `${definition.name}.delete`,
    label: `删除${definition.label}`,
    permission: definition.permissions.delete,
    input: deletionInput,
    async facts(ctx, { id }) {
      await findRow(ctx, binding, id, true);
      const row = await getRow(ctx, binding, id);
      // What is in use is refused now, not after three people have agreed.
      await dryRun(ctx, () => remove(ctx, id));
      const title = String(row[definition.titleField]);
      return {
        communityIds: typeof row.communityId === 'string' ? [row.communityId] : [],
        targetKind: definition.name,
        targetIds: [id],
        targetLabel: title,
        amountFen: null,
        summary: `删除${definition.label}“${title}”，删除后不能恢复`,
        changes: Object.entries(definition.fields)
          .map(([key, field]) => ({ label: field.label, before: fieldText(key, field, row), after: '' }))
          .filter(({ before }) => before !== ''),
        basis: { id, version: row.version },
      };
    },
    apply: (ctx, { id }) => remove(ctx, id),
  });
}

/** A value as a person reads it; phones stay masked. */
function fieldText(key: string, field: Field, row: ResourceRow): string {
  const value = row[key];
  if (value === null || value === undefined) return '';
  switch (field.kind) {
    case 'reference':
      return String(row[`${key}Label`] ?? '');
    case 'choice':
      return field.options[String(value)] ?? String(value);
    case 'choices':
      return (value as string[]).map((one) => field.options[one] ?? one).join('、');
    case 'tags':
    case 'files':
    case 'references':
      return (value as { name: string }[]).map(({ name }) => name).join('、');
    case 'boolean':
      return value === true ? '是' : '否';
    case 'decimal':
      return `${String(value)}${field.unit ?? ''}`;
    default:
      return String(value);
  }
}
