import { importFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type ColumnMapping, chooseColumns, recogniseAgain, withHiddenSamples } from './columns.ts';
import { forgetGoodRows } from './good-rows.ts';
import type { ImportBatch } from './import-batch.ts';
import type { AnyImporter } from './importer.ts';
import { findMapping, withHeadings } from './saved-mappings.ts';

/** Takes a person's matching of columns. What an earlier check found no longer holds and is forgotten. */
export async function mapColumns(
  ctx: Context,
  importer: AnyImporter,
  batch: ImportBatch,
  choices: Readonly<Record<string, number | null>>,
): Promise<void> {
  refuseChange(batch);
  await putMapping(ctx, importer, batch, chooseColumns(importer.columns, batch.mapping, choices), null);
}

/** Reads the file by a saved mapping, whether or not it was proposed by itself. */
export async function applyMapping(
  ctx: Context,
  importer: AnyImporter,
  batch: ImportBatch,
  mappingId: string,
): Promise<void> {
  refuseChange(batch);
  const saved = await findMapping(ctx, batch.kind, mappingId);
  const recognised = recogniseAgain(importer.columns, batch.mapping);
  await putMapping(ctx, importer, batch, withHeadings(importer.columns, recognised, saved.headings), mappingId);
}

async function putMapping(
  ctx: Context,
  importer: AnyImporter,
  batch: ImportBatch,
  chosen: ColumnMapping,
  mappingId: string | null,
): Promise<void> {
  const mapping = withHiddenSamples(importer.columns, chosen);
  await ctx.tx.run(sql`update import_batch set mapping = ${JSON.stringify(mapping)}, import_mapping_id = ${mappingId}, state = 'uploaded',
      task_id = null, counts = '{}', problems = '[]', notices = '[]'
    where company_id = ${ctx.companyId} and id = ${batch.id}`);
  await forgetGoodRows(ctx, batch.id);
}

/** A task works on it. */
export function isBusy(state: ImportBatch['state']): boolean {
  return state === 'checking' || state === 'importing' || state === 'undoing';
}

/** Columns and check belong to the time before anything is written, and need the file. */
export function refuseChange({ state, isSourceForgotten }: ImportBatch): void {
  if (isBusy(state)) throw importFail('import.busy');
  if (state === 'done' || state === 'undone') throw importFail('import.alreadyDone');
  if (state === 'stopped') throw importFail('import.alreadyStarted');
  if (isSourceForgotten) throw importFail('import.sourceForgotten');
}
