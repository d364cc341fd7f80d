import type { DuplicatePolicy } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import type { AnyImporter, Applied, ImportTarget, ReadyRow } from './importer.ts';

/** What row-level security answers to a row outside of the data scope. */
const outsideScope = '42501';

/** PostgreSQL's classes for values that do not fit and constraints that do not hold. */
function isRefusedByConstraint(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  return code.startsWith('22') || code.startsWith('23') || code === outsideScope;
}

/**
 * Writes a chunk; where the database refuses something in it, writes its rows one by one, so that one bad row costs
 * itself and not the other 999.
 */
export async function applySafely(
  ctx: Context,
  importer: AnyImporter,
  target: ImportTarget,
  rows: readonly ReadyRow<unknown>[],
  policy: DuplicatePolicy,
): Promise<Applied> {
  if (rows.length === 0) return { added: 0, updated: 0, skipped: 0, failures: [] };
  let isOutside: boolean;
  await ctx.tx.client.query('savepoint chunk');
  try {
    const applied = await importer.apply(ctx, target, rows, policy);
    await ctx.tx.client.query('release savepoint chunk');
    return applied;
  } catch (error) {
    if (!isRefusedByConstraint(error)) throw error;
    isOutside = (error as { code?: string }).code === outsideScope;
    await ctx.tx.client.query('rollback to savepoint chunk');
  }
  const [only, ...others] = rows;
  if (only && others.length === 0) return refusedRow(importer, only, isOutside);
  const sum = { added: 0, updated: 0, skipped: 0, failures: [] as Applied['failures'][number][] };
  for (const row of rows) {
    const one = await applySafely(ctx, importer, target, [row], policy);
    sum.added += one.added;
    sum.updated += one.updated;
    sum.skipped += one.skipped;
    sum.failures.push(...one.failures);
  }
  return sum;
}

function refusedRow(importer: AnyImporter, row: ReadyRow<unknown>, isOutside: boolean): Applied {
  const key = importer.columns.find((column) => column.isRequired)?.key ?? '';
  const message = isOutside
    ? '这一行在您数据范围以外的楼宇或房屋，没有写入。请交由可看整个小区的人导入'
    : '这一行的内容互相矛盾或不在允许范围内，没有写入。请对照填写说明核对各列';
  return { added: 0, updated: 0, skipped: 0, failures: [{ row: row.number, key, message }] };
}
