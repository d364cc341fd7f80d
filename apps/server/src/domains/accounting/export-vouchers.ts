import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { accountingFail, platformFail, type VoucherFormat } from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { recordFile } from '../../platform/files/file-record.ts';
import { requirePermission, requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler } from '../../platform/tasks/task.ts';
import type { ShownLine } from './draft-vouchers.ts';
import { writeKingdeeFile } from './kingdee-file.ts';
import type { FileLine } from './voucher-file.ts';
import { writeYonyouFile } from './yonyou-file.ts';

export interface VoucherExport {
  voucherBatchIds: string[];
  format: VoucherFormat;
}

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    exportVouchers: VoucherExport;
  }
}

const kinds = {
  yonyou: { name: '用友', extension: 'txt', mediaType: 'text/plain; charset=gbk' },
  kingdee: {
    name: '金蝶',
    extension: 'xlsx',
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
} as const;

/** Starts writing the vouchers of some batches to a file; returns the task. Refused at once where the task would be. */
export async function startVoucherExport(ctx: Context, request: VoucherExport): Promise<string> {
  await readBatches(ctx, request.voucherBatchIds);
  return startTask(ctx, 'exportVouchers', {
    title: `导出${kinds[request.format].name}凭证`,
    communityId: null,
    permission: 'voucher.export',
    input: request,
  });
}

interface BatchRow {
  id: string;
  community_id: string;
  first_day: string;
  last_day: string;
  is_voided: boolean;
}

async function readBatches(ctx: Context, ids: readonly string[]): Promise<BatchRow[]> {
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
  const batches = await ctx.tx.rows<BatchRow>(sql`
    select id, community_id, first_day, last_day, voided_at is not null as is_voided from voucher_batch
    where company_id = ${ctx.companyId} and id = any (${wanted}::uuid[]) order by first_day, id`);
  if (batches.length < wanted.length) throw platformFail('reference.notFound', { label: '凭证' });
  for (const { community_id } of batches) requireWholeCommunity(ctx, community_id, '凭证');
  if (batches.some(({ is_voided }) => is_voided)) throw accountingFail('voucher.exportVoided');
  return batches;
}

/**
 * Task: the vouchers of the batches in the order of their numbers, as a file of the chosen program. What was frozen is all that goes into it,
 * so it has the same bytes each time; `sha256` of the result tells them.
 */
export const exportVouchers: TaskHandler<VoucherExport> = (run) =>
  run.transaction(async (ctx) => {
    requirePermission(ctx, 'voucher.export');
    const { voucherBatchIds, format } = run.input;
    const batches = await readBatches(ctx, voucherBatchIds);
    const lines = await fileLines(
      ctx,
      batches.map(({ id }) => id),
    );
    const bytes = format === 'yonyou' ? writeYonyouFile(lines) : await writeKingdeeFile(lines);
    const { name, extension, mediaType } = kinds[format];
    const stored = await run.files.write(run.companyId, run.taskId, Readable.from([bytes]));
    const first = batches.map((one) => one.first_day).toSorted()[0];
    const last = batches
      .map((one) => one.last_day)
      .toSorted()
      .at(-1);
    const fileName = `${name}凭证-${first}至${last}.${extension}`;
    await ctx.tx.run(sql`delete from file where company_id = ${ctx.companyId} and id = ${run.taskId}`);
    await recordFile(ctx, { id: run.taskId, mediaType, name: fileName, permission: 'voucher.export', ...stored });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await recordAudit(ctx, {
      action: 'voucher.export',
      targetKind: 'voucherBatch',
      targetId: batches.length === 1 ? batches[0]!.id : null,
      targetLabel: fileName,
      communityId: batches.length === 1 ? batches[0]!.community_id : null,
      after: { batches: batches.length, lines: lines.length, sha256 },
    });
    return { fileId: run.taskId, fileName, rows: lines.length, sha256 };
  });

interface FileSqlRow extends ShownLine {
  day: string;
  number: number;
  preparer_name: string;
}

async function fileLines(ctx: Context, batchIds: readonly string[]): Promise<FileLine[]> {
  const rows = await ctx.tx.rows<FileSqlRow>(sql`
    select v.day, v.number, b.preparer_name, l.summary, l.code, l.name, l.side, l.amount_fen, l.department_code, l.department_name,
      l.customer_code, l.customer_name, l.project_code, l.project_name
    from voucher v join voucher_batch b on b.company_id = v.company_id and b.id = v.voucher_batch_id
    join voucher_line l on l.company_id = v.company_id and l.voucher_id = v.id
    where v.company_id = ${ctx.companyId} and v.voucher_batch_id = any (${[...batchIds]}::uuid[]) and l.amount_fen <> 0
    order by v.month, v.number, l.line_number`);
  return rows.map((row) => {
    const amount = formatYuan(fen(row.amount_fen));
    return {
      day: row.day,
      number: row.number,
      summary: row.summary,
      code: row.code,
      name: row.name,
      debit: row.side === 'debit' ? amount : null,
      credit: row.side === 'credit' ? amount : null,
      preparer: row.preparer_name,
      departmentCode: row.department_code,
      departmentName: row.department_name,
      customerCode: row.customer_code,
      customerName: row.customer_name,
      projectCode: row.project_code,
      projectName: row.project_name,
    };
  });
}
