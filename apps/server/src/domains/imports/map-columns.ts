import { importFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { chooseColumns } from './columns.ts';
import type { ImportBatch } from './import-batch.ts';
import type { AnyImporter } from './importer.ts';

/** Takes a person's matching of columns. What an earlier check found no longer holds and is forgotten. */
export async function mapColumns(
  ctx: Context,
  importer: AnyImporter,
  batch: ImportBatch,
  choices: Readonly<Record<string, number | null>>,
): Promise<void> {
  refuseChange(batch);
  const mapping = chooseColumns(importer.columns, batch.mapping, choices);
  await ctx.tx.run(sql`update import_batch set mapping = ${JSON.stringify(mapping)}, state = 'uploaded', task_id = null,
      counts = '{}', problems = '[]', notices = '[]'
    where company_id = ${ctx.companyId} and id = ${batch.id}`);
}

/** Columns and check belong to the time before anything is written. */
export function refuseChange(batch: ImportBatch): void {
  if (batch.state === 'checking' || batch.state === 'importing') throw importFail('import.busy');
  if (batch.state === 'done') throw importFail('import.alreadyDone');
  if (batch.state === 'stopped') throw importFail('import.alreadyStarted');
}
