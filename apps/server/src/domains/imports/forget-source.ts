import { Readable } from 'node:stream';
import { asSystem } from '../../platform/boundary.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { FileStore } from '../../platform/files/file-store.ts';
import type { Services } from '../../platform/services.ts';
import type { TaskRun } from '../../platform/tasks/task.ts';
import type { ImportBatch } from './import-batch.ts';
import type { AnyImporter } from './importer.ts';
import { kindsWithSecrets } from './importers.ts';

/** As long as a person has for looking at the check, asking back and importing. */
const keptHours = 24;
const batchesAtOnce = 20;

/**
 * A file with id cards is not kept once it is written: they are sealed in the database, and a backup of the files must not
 * carry them in clear. A note takes the place of its bytes; the record of the import stays. Repeatable.
 */
export async function forgetSource(run: TaskRun<unknown>, importer: AnyImporter, batch: ImportBatch): Promise<void> {
  const hasSecrets = importer.columns.some((one) => one.isSecret && batch.mapping.columns[one.key] !== undefined);
  if (!hasSecrets) return;
  const written = await writeNote(run.files, run.companyId, batch.fileId);
  await run.transaction((ctx) => markForgotten(ctx, batch.fileId, written));
}

/**
 * Forgets what was uploaded for people a day ago and never came to its end, and files whose id cards stood in a column that
 * nobody matched. The import says from then on that the file is to be uploaded anew. Safe to repeat.
 */
export async function forgetAbandonedSources(services: Services, companyId: string): Promise<void> {
  for (let done = 0; done < batchesAtOnce; done += 1) {
    const isFound = await asSystem(services, companyId, async (ctx) => {
      const batch = await lockAbandoned(ctx);
      if (!batch) return false;
      // Under the lock of the import, so that nobody begins to read the file while its bytes change.
      await markForgotten(ctx, batch.file_id, await writeNote(services.files, companyId, batch.file_id));
      return true;
    });
    if (!isFound) return;
  }
}

async function lockAbandoned(ctx: Context): Promise<{ file_id: string } | undefined> {
  const before = ctx.clock.now().subtract({ hours: keptHours }).toString();
  return ctx.tx.first<{ file_id: string }>(sql`select b.file_id from import_batch b
    where b.company_id = ${ctx.companyId} and b.kind = any (${[...kindsWithSecrets]}::text[]) and b.source_forgotten_at is null
      and b.created_at <= ${before}
      and not exists (select 1 from task t where t.company_id = b.company_id and t.id = b.task_id and t.state in ('queued', 'running'))
    order by b.created_at, b.id limit 1 for update of b skip locked`);
}

const note = '这个文件可能含有证件号，已从系统中清除；导入的记录仍然保留。\n';

function writeNote(files: FileStore, companyId: string, fileId: string) {
  return files.write(companyId, fileId, Readable.from([Buffer.from(note)]));
}

async function markForgotten(
  ctx: Context,
  fileId: string,
  { sizeBytes, sha256 }: { sizeBytes: number; sha256: Buffer },
): Promise<void> {
  await ctx.tx.run(sql`update file set size_bytes = ${sizeBytes}, sha256 = ${sha256}, media_type = 'text/plain'
    where company_id = ${ctx.companyId} and id = ${fileId}`);
  await ctx.tx.run(sql`update import_batch set source_forgotten_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and file_id = ${fileId} and source_forgotten_at is null`);
}
