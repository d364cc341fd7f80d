import { Readable } from 'node:stream';
import { sql } from '../../platform/database/sql.ts';
import type { TaskRun } from '../../platform/tasks/task.ts';
import type { ImportBatch } from './import-batch.ts';
import type { AnyImporter } from './importer.ts';

const note = '这个文件含有证件号，导入完成后已从系统中清除。\n';

/**
 * A file with id cards is not kept once it is written: they are sealed in the database, and a backup of the files must not
 * carry them in clear. A note takes the place of its bytes; the record of the import stays. Repeatable.
 */
export async function forgetSource(run: TaskRun<unknown>, importer: AnyImporter, batch: ImportBatch): Promise<void> {
  const hasSecrets = importer.columns.some((one) => one.isSecret && batch.mapping.columns[one.key] !== undefined);
  if (!hasSecrets) return;
  const { sizeBytes, sha256 } = await run.files.write(run.companyId, batch.fileId, Readable.from([Buffer.from(note)]));
  await run.transaction((ctx) =>
    ctx.tx.run(sql`update file set size_bytes = ${sizeBytes}, sha256 = ${sha256}, media_type = 'text/plain'
      where company_id = ${ctx.companyId} and id = ${batch.fileId}`),
  );
}
