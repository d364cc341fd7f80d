import { createHash } from 'node:crypto';
import { bankFail, type EndpointReply, type readWithholdingResult } from '@anlin/contract';
import { type Fen, formatYuan, sumFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import { type LockedBatch, lockBatch, refuseState } from './lock-batch.ts';
import { type BankAnswer, readBankResult } from './read-bank-result.ts';
import { accountDigits, openAccount } from './seal-account.ts';
import { checkDay } from './take-bank-payment.ts';
import { unmarkBills } from './unmark-bills.ts';

type Reply = EndpointReply<typeof readWithholdingResult>;

interface LineRow {
  id: string;
  line_number: number;
  reference: string;
  house_name: string;
  account_name: string;
  amount_fen: Fen;
  agreement_id: string;
  account_sealed: string;
}

/**
 * Takes in what the bank answered (CSH-10): the whole file is compared with the batch first, and one line that is unknown,
 * altered, missing or too many refuses all of it (422) with nothing written. Failures are noted with the bank's reason and
 * their bills set free; what was paid is booked by a task. The same file again changes nothing and says so.
 */
export async function acceptResult(
  ctx: Context,
  id: string,
  file: { name: string; bytes: Buffer; receivedOn: string },
): Promise<Reply> {
  const batch = await lockBatch(ctx, id);
  const hash = createHash('sha256').update(file.bytes).digest();
  if (batch.resultHash) {
    if (!batch.resultHash.equals(hash))
      throw bankFail('withholding.answered', { number: batch.number, file: batch.resultName });
    return { isRepeated: true, taskId: null, ...(await countAnswers(ctx, id)) };
  }
  refuseState(batch, ['ready'], '读取结果');
  if (file.receivedOn < batch.madeOn)
    throw bankFail('withholding.dayBeforeBatch', { day: file.receivedOn, madeOn: batch.madeOn });
  await checkDay(ctx, batch.communityId, file.receivedOn);
  const answered = await matchAnswers(ctx, batch, file.bytes);
  await writeAnswers(ctx, batch, answered);
  await ctx.tx.run(sql`update withholding_batch set state = 'booking', result_hash = ${hash}, result_name = ${file.name.slice(0, 200)},
      received_on = ${file.receivedOn}, answered_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
  const counts = await countAnswers(ctx, id);
  await recordAudit(ctx, {
    action: 'bankBatch.readResult',
    targetKind: 'withholdingBatch',
    targetId: id,
    targetLabel: batch.number,
    communityId: batch.communityId,
    after: { ...counts, receivedOn: file.receivedOn },
  });
  return { isRepeated: false, taskId: await startBooking(ctx, batch), ...counts };
}

/** Starts the task that books what was paid; one that was stopped is gone on with by another. */
export async function startBooking(ctx: Context, batch: LockedBatch): Promise<string> {
  const taskId = await startTask(ctx, 'bookWithholding', {
    title: `代扣入账 ${batch.number}`,
    communityId: batch.communityId,
    permission: 'bankBatch.book',
    input: { batchId: batch.id },
  });
  await ctx.tx.run(
    sql`update withholding_batch set task_id = ${taskId} where company_id = ${ctx.companyId} and id = ${batch.id}`,
  );
  return taskId;
}

async function countAnswers(ctx: Context, batchId: string): Promise<Omit<Reply, 'isRepeated' | 'taskId'>> {
  const rows = await ctx.tx.rows<{ answer: string; amount_fen: Fen }>(
    sql`select answer, amount_fen from withholding_line where company_id = ${ctx.companyId} and batch_id = ${batchId}`,
  );
  const of = (answer: string) => rows.filter((row) => row.answer === answer).map((row) => row.amount_fen);
  const [paid, failed] = [of('paid'), of('failed')];
  return {
    paidCount: paid.length,
    paidTotal: formatYuan(sumFen(paid)),
    failedCount: failed.length,
    failedTotal: formatYuan(sumFen(failed)),
  };
}

interface Answered {
  line: LineRow;
  answer: BankAnswer;
}

async function matchAnswers(ctx: Context, batch: LockedBatch, bytes: Buffer): Promise<Answered[]> {
  const refuse = (problem: string) => bankFail('withholding.fileRefused', { problem });
  const result = readBankResult(batch.template, bytes);
  if (!result.isOk) throw refuse(result.message);
  if (result.batchNumber !== '' && result.batchNumber !== batch.number)
    throw refuse(`文件写的批次号是“${result.batchNumber}”，不是 ${batch.number}，请核对是否选错了批次或文件`);
  const lines = await ctx.tx.rows<LineRow>(sql`
    select l.id, l.line_number, l.reference, h.full_name as house_name, l.account_name, l.amount_fen, a.id as agreement_id, a.account_sealed
    from withholding_line l
    join bank_agreement a on a.company_id = l.company_id and a.id = l.bank_agreement_id
    join house h on h.company_id = l.company_id and h.id = l.house_id
    where l.company_id = ${ctx.companyId} and l.batch_id = ${batch.id} order by l.line_number for no key update of l`);
  const byReference = new Map(lines.map((line) => [line.reference, line]));
  const answered = result.answers.map((answer): Answered => {
    const line = byReference.get(answer.reference);
    const problem = line ? answerProblem(ctx, answer, line) : `流水号“${answer.reference}”不在批次 ${batch.number} 里`;
    if (!line || problem) throw refuse(`第 ${answer.line} 行${problem}，整个文件没有处理`);
    return { line, answer };
  });
  if (answered.length < lines.length) {
    const known = new Set(answered.map((one) => one.line.id));
    const missing = lines.find((line) => !known.has(line.id));
    throw refuse(
      `缺少 ${lines.length - answered.length} 户的结果，如 ${missing?.house_name}（流水号 ${missing?.reference}），整个文件没有处理`,
    );
  }
  return answered;
}

/** What of an answer differs from what the bank was told; null when nothing does. Banks may mask the account. */
function answerProblem(ctx: Context, answer: BankAnswer, line: LineRow): string | null {
  if (answer.amountFen !== line.amount_fen)
    return `（${line.house_name}）金额是 ${formatYuan(answer.amountFen)} 元，批次里是 ${formatYuan(line.amount_fen)} 元`;
  const number = accountDigits(answer.accountNumber);
  if (/^\d{8,}$/.test(number) && number !== openAccount(ctx, line.agreement_id, line.account_sealed))
    return `（${line.house_name}）账号尾号 ${number.slice(-4)} 与协议的不同`;
  return null;
}

async function writeAnswers(ctx: Context, batch: LockedBatch, answered: readonly Answered[]): Promise<void> {
  await ctx.tx.run(sql`
    update withholding_line l set answer = a.answer, code = a.code, reason = a.reason
    from unnest(${answered.map((one) => one.line.id)}::uuid[], ${answered.map((one) => (one.answer.isPaid ? 'paid' : 'failed'))}::text[],
      ${answered.map((one) => one.answer.code)}::text[], ${answered.map((one) => one.answer.reason)}::text[]) a (id, answer, code, reason)
    where l.company_id = ${ctx.companyId} and l.batch_id = ${batch.id} and l.id = a.id`);
  await unmarkBills(
    ctx,
    answered.filter((one) => !one.answer.isPaid).map((one) => one.line.id),
  );
}
