import { Readable } from 'node:stream';
import { type EndpointRequest, type makeWithholding, platformFail } from '@anlin/contract';
import { formatYuan, sumFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { recordFile } from '../../platform/files/file-record.ts';
import { nextNumber } from '../../platform/numbers/next-number.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler, TaskRun } from '../../platform/tasks/task.ts';
import type { BankTemplate } from './bank-template.ts';
import { fileOf, readPlace, readWithholdable, referenceOf, type WithheldHouse } from './read-withholdable.ts';

type Input = EndpointRequest<typeof makeWithholding>['body'];

interface MakeBatch {
  batchId: string;
}

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    makeWithholding: MakeBatch;
  }
}

const numberPattern = '{community}{yy}{mm}{dd}{seq:2}';

/** Takes the batch's number and starts the task that fills it; returns both ids. Errors: those of `readPlace`. */
export async function startBatch(ctx: Context, input: Input): Promise<{ id: string; taskId: string }> {
  const { communityId } = input;
  const { communityCode, today, template } = await readPlace(ctx, input);
  const companyAccount = await readAccountNumber(ctx, input);
  const id = ctx.newId();
  const number = await nextNumber(ctx, {
    communityId,
    communityCode,
    kind: 'withholding',
    pattern: numberPattern,
    day: today,
  });
  await ctx.tx.run(sql`
    insert into withholding_batch (company_id, id, community_id, number, bank_template_id, template, company_account, purpose, charge_item_ids,
      month_to, made_on, state, created_by, created_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${number}, ${input.bankTemplateId}, ${JSON.stringify(template)}, ${companyAccount},
      ${input.purpose}, ${input.chargeItemIds}::uuid[], ${input.monthTo}, ${today.toString()}, 'making', ${ctx.actor.id}, ${nowText(ctx)})`);
  const taskId = await startTask(ctx, 'makeWithholding', {
    title: `生成代扣文件 ${number}`,
    communityId,
    permission: 'bankBatch.make',
    input: { batchId: id },
  });
  await ctx.tx.run(
    sql`update withholding_batch set task_id = ${taskId} where company_id = ${ctx.companyId} and id = ${id}`,
  );
  await recordAudit(ctx, {
    action: 'bankBatch.make',
    targetKind: 'withholdingBatch',
    targetId: id,
    targetLabel: number,
    communityId,
    after: { monthTo: input.monthTo, bank: template.name },
  });
  return { id, taskId };
}

async function readAccountNumber(ctx: Context, { bankAccountId, communityId }: Input): Promise<string> {
  if (bankAccountId === null) return '';
  const account = await ctx.tx.first<{ account_number: string }>(sql`select account_number from bank_account
    where company_id = ${ctx.companyId} and id = ${bankAccountId} and (community_id is null or community_id = ${communityId})`);
  if (!account) throw platformFail('reference.notFound', { label: '公司账户' });
  return account.account_number;
}

interface BatchRow {
  community_id: string;
  number: string;
  bank_template_id: string;
  template: BankTemplate;
  company_account: string;
  purpose: string;
  charge_item_ids: string[];
  month_to: string;
  made_on: string;
  state: string;
}

/**
 * The task: lines, marks on the bills and the file in one transaction, so that a batch is there whole or not at all and a run
 * that is repeated finds it made. What does not fit into the bank's file is told and nothing is marked.
 */
export const makeWithholdingTask: TaskHandler<MakeBatch> = (run) =>
  run.transaction(async (ctx) => {
    const { batchId } = run.input;
    const batch =
      await ctx.tx.first<BatchRow>(sql`select community_id, number, bank_template_id, template, company_account, purpose,
        charge_item_ids, month_to, made_on, state
      from withholding_batch where company_id = ${ctx.companyId} and id = ${batchId} for update`);
    if (!batch) throw platformFail('resource.notFound', { label: '代扣批次' });
    if (batch.state !== 'making') return readOutcome(ctx, batchId);
    const choice = {
      communityId: batch.community_id,
      bankTemplateId: batch.bank_template_id,
      chargeItemIds: batch.charge_item_ids,
      monthTo: batch.month_to,
    };
    const { houses } = await readWithholdable(ctx, choice, batch.made_on, { isLocked: true });
    const today = Temporal.PlainDate.from(batch.made_on);
    const { number, template, purpose } = batch;
    const file = fileOf({ template, today }, { number, purpose, companyAccount: batch.company_account }, houses);
    const problems = houses.length === 0 ? ['没有可代扣的账单'] : file.isOk ? [] : file.problems;
    if (problems.length > 0 || !file.isOk) {
      await ctx.tx.run(sql`update withholding_batch set state = 'unfit', problems = ${JSON.stringify(problems)}
        where company_id = ${ctx.companyId} and id = ${batchId}`);
      return readOutcome(ctx, batchId);
    }
    await writeLines(ctx, { id: batchId, number, communityId: batch.community_id }, houses);
    await keepFile(ctx, run, { number, communityId: batch.community_id }, file.bytes);
    await ctx.tx.run(sql`update withholding_batch set state = 'ready', file_id = ${run.taskId}
      where company_id = ${ctx.companyId} and id = ${batchId}`);
    const total = formatYuan(sumFen(houses.map((house) => house.amountFen)));
    return { fileId: run.taskId, fileName: fileName(number), rows: houses.length, total };
  });

const fileName = (number: string) => `代扣-${number}.txt`;

async function readOutcome(ctx: Context, batchId: string): Promise<Record<string, unknown>> {
  const row = await ctx.tx.first<{ file_id: string | null; number: string; state: string }>(
    sql`select file_id, number, state from withholding_batch where company_id = ${ctx.companyId} and id = ${batchId}`,
  );
  return row?.file_id ? { fileId: row.file_id, fileName: fileName(row.number) } : { state: row?.state ?? '' };
}

/** The file holds account numbers: it is given only to who may make batches, and sees the community. */
async function keepFile(
  ctx: Context,
  run: TaskRun<MakeBatch>,
  { number, communityId }: { number: string; communityId: string },
  bytes: Buffer,
): Promise<void> {
  const stored = await run.files.write(run.companyId, run.taskId, Readable.from([bytes]));
  await recordFile(ctx, {
    id: run.taskId,
    name: fileName(number),
    mediaType: 'application/octet-stream',
    communityId,
    permission: 'bankBatch.make',
    ...stored,
  });
}

async function writeLines(
  ctx: Context,
  batch: { id: string; number: string; communityId: string },
  houses: readonly WithheldHouse[],
): Promise<void> {
  const lines = houses.map((house, index) => ({ ...house, id: ctx.newId(), lineNumber: index + 1 }));
  await ctx.tx.run(sql`
    insert into withholding_line (company_id, id, community_id, batch_id, bank_agreement_id, house_id, line_number, reference, account_name, amount_fen)
    select ${ctx.companyId}, l.id, ${batch.communityId}, ${batch.id}, l.agreement_id, l.house_id, l.line_number, l.reference, l.account_name, l.amount
    from unnest(${lines.map((line) => line.id)}::uuid[], ${lines.map((line) => line.agreementId)}::uuid[], ${lines.map((line) => line.houseId)}::uuid[],
      ${lines.map((line) => line.lineNumber)}::int[], ${lines.map((line) => referenceOf(batch.number, line.lineNumber))}::text[],
      ${lines.map((line) => line.accountName)}::text[], ${lines.map((line) => line.amountFen.toString())}::bigint[])
      l (id, agreement_id, house_id, line_number, reference, account_name, amount)`);
  const bills = lines.flatMap((line) => line.bills.map((bill) => ({ ...bill, lineId: line.id })));
  await ctx.tx.run(sql`
    insert into withholding_bill (company_id, id, community_id, line_id, bill_id, principal_fen, late_fee_fen)
    select ${ctx.companyId}, b.id, ${batch.communityId}, b.line_id, b.bill_id, b.principal, b.late_fee
    from unnest(${bills.map(() => ctx.newId())}::uuid[], ${bills.map((bill) => bill.lineId)}::uuid[], ${bills.map((bill) => bill.billId)}::uuid[],
      ${bills.map((bill) => bill.principalFen.toString())}::bigint[], ${bills.map((bill) => bill.lateFeeFen.toString())}::bigint[])
      b (id, line_id, bill_id, principal, late_fee)`);
  await ctx.tx.run(sql`update bill set withheld_in = ${batch.number}
    where company_id = ${ctx.companyId} and id = any (${bills.map((bill) => bill.billId)}::uuid[])`);
}
