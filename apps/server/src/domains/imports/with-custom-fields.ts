import { type Field, type ResourceDefinition, withCustomFields } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { identifier, sql } from '../../platform/database/sql.ts';
import {
  customFieldsOf,
  readCustomValues,
  type ValueChange,
  type Values,
  writeCustomValues,
} from '../../resource/index.ts';
import { fieldColumn } from './field-column.ts';
import type { AnyImporter, Applied, CellValue, ImportTarget, ReadyRow, WrittenRow } from './importer.ts';

type Row = Readonly<Record<string, CellValue>>;

/** A definition of nothing but the company's own fields, as values are read and written by. Files do not travel in a spreadsheet. */
async function ownDefinition(ctx: Context, importer: AnyImporter): Promise<ResourceDefinition | undefined> {
  const { definition } = importer;
  if (!definition?.hasCustomFields) return undefined;
  const own = (await customFieldsOf(ctx, definition.name)).filter((one) => one.kind !== 'files');
  return own.length === 0 ? undefined : withCustomFields({ ...definition, fields: {} }, own);
}

/** The importer as this company has it: a column for each of its own fields, whose values are written with the rows (PLT-8). */
export async function asCompanyImports(ctx: Context, importer: AnyImporter): Promise<AnyImporter> {
  const own = await ownDefinition(ctx, importer);
  if (!own) return importer;
  const columns = Object.entries(own.fields).map(([key, field]) => fieldColumn(key, field));
  return {
    ...importer,
    columns: [...importer.columns, ...columns],
    async apply(context, target, rows, policy) {
      const applied = await importer.apply(context, target, rows, policy);
      const changed = await writeValues(context, own, target, rows, applied.rows ?? []);
      return { ...applied, updated: applied.updated + changed, skipped: applied.skipped - changed };
    },
  };
}

/** Writes the values of rows that were added or found; returns how many rows changed by that alone. */
async function writeValues(
  ctx: Context,
  own: ResourceDefinition,
  target: ImportTarget,
  rows: readonly ReadyRow<unknown>[],
  written: NonNullable<Applied['rows']>,
): Promise<number> {
  const rowOf = new Map(rows.map((one) => [one.number, one.row as Row]));
  const known = written.filter((one) => !one.isNew).map((one) => one.id);
  const before = await readCustomValues(ctx, own, known);
  const { isCommunityScoped } = own;
  const changes = new Map<string, ValueChange>();
  const onlyHere = new Set<string>();
  let counted = 0;
  for (const one of written) {
    const values = changedValues(own, rowOf.get(one.number) ?? {}, one, before.get(one.id));
    if (Object.keys(values).length === 0) continue;
    if (!one.isNew && !one.isChanged) onlyHere.add(one.id);
    if (!one.isNew && !one.isChanged && !one.isCounted) counted += 1;
    const owner = { id: one.id, communityId: isCommunityScoped ? target.communityId : null };
    // A person may stand in several rows: once for each house.
    changes.set(one.id, { owner, values: { ...changes.get(one.id)?.values, ...values } });
  }
  await writeCustomValues(ctx, own, [...changes.values()]);
  // The version of a row counts its own fields too: whoever has it open, or takes the import back, sees that it changed.
  await ctx.tx.run(sql`update ${identifier(own.table)} set version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = any (${[...onlyHere]}::uuid[])`);
  return counted;
}

/** Cells that say something new; empty cells never wipe out what is there. */
function changedValues(own: ResourceDefinition, row: Row, { isNew }: WrittenRow, before: Values | undefined): Values {
  const entries = Object.entries(own.fields).filter(([key, field]) => {
    const value = row[key];
    if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0))
      return false;
    return isNew || !isSame(field, value, before?.[key]);
  });
  return Object.fromEntries(entries.map(([key]) => [key, row[key]]));
}

function isSame(field: Field, one: unknown, other: unknown): boolean {
  if (field.kind === 'decimal') return other !== null && Number(one) === Number(other);
  return JSON.stringify(one) === JSON.stringify(other);
}
