import type { TargetKind } from '@anlin/contract';
import {
  anyTarget,
  bankFail,
  type bookStatementLine,
  DomainError,
  type EndpointReply,
  type EndpointRequest,
  platformFail,
  statementStates,
} from '@anlin/contract';
import { addFen, type Fen, formatYuan, zeroFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler, TaskRun } from '../../platform/tasks/task.ts';
import { type BankAccount, readBankAccount } from './read-bank-account.ts';
import { takeBankPayment } from './take-bank-payment.ts';

interface BookSure {
  bankAccountId: string;
}

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    bookSureLines: BookSure;
  }
}

interface LockedLine {
  id: string;
  account: BankAccount;
  paidOn: string;
  amountFen: Fen;
  payerName: string;
  remark: string;
  serial: string;
  state: keyof typeof statementStates;
  confidence: string;
  proposalTargetId: string | null;
  proposalBillIds: string[];
  bookings: number;
}

/** A payment, locked. Errors: resource.notFound (404), those of `readBankAccount`. */
async function lockLine(ctx: Context, id: string): Promise<LockedLine> {
  const row = await ctx.tx.first<{
    bank_account_id: string;
    paid_on: string;
    amount_fen: Fen;
    payer_name: string;
    remark: string;
    serial: string;
    state: LockedLine['state'];
    confidence: string;
    proposal_target_id: string | null;
    proposal_bill_ids: string[];
  }>(sql`select bank_account_id, paid_on, amount_fen, payer_name, remark, serial, state, confidence, proposal_target_id, proposal_bill_ids
    from bank_statement_line where company_id = ${ctx.companyId} and id = ${id} for no key update`);
  if (!row) throw platformFail('resource.notFound', { label: '银行转账' });
  const bookings = await ctx.tx.first<{ count: number }>(
    sql`select count(*)::int as count from bank_statement_booking where company_id = ${ctx.companyId} and line_id = ${id}`,
  );
  return {
    id,
    account: await readBankAccount(ctx, row.bank_account_id),
    paidOn: row.paid_on,
    amountFen: row.amount_fen,
    payerName: row.payer_name,
    remark: row.remark,
    serial: row.serial,
    state: row.state,
    confidence: row.confidence,
    proposalTargetId: row.proposal_target_id,
    proposalBillIds: row.proposal_bill_ids,
    bookings: bookings?.count ?? 0,
  };
}

function refuseState(line: LockedLine, allowed: LockedLine['state'], action: string): void {
  if (line.state !== allowed)
    throw bankFail('bankStatement.otherState', { state: statementStates[line.state], action });
}

/** Books a payment to a house, parking space or vehicle chosen by a person: the bills, then what is left as prepaid (CSH-10). */
export async function bookLine(
  ctx: Context,
  id: string,
  choice: EndpointRequest<typeof bookStatementLine>['body'],
): Promise<EndpointReply<typeof bookStatementLine>> {
  const line = await lockLine(ctx, id);
  refuseState(line, 'waiting', '入账');
  return writeBooking(ctx, line, { ...choice, isExact: false });
}

async function writeBooking(
  ctx: Context,
  line: LockedLine,
  choice: {
    targetKind: TargetKind;
    targetId: string;
    billIds: readonly string[];
    receivedOn: string;
    isExact: boolean;
  },
): Promise<EndpointReply<typeof bookStatementLine>> {
  const place = await readPlace(ctx, choice);
  const { account } = line;
  if (account.communityId !== null && account.communityId !== place.community_id)
    throw bankFail('bankStatement.otherCommunity', { community: account.communityName });
  const { receiptId, number, prepaidFen } = await takeBankPayment(ctx, {
    communityId: place.community_id,
    targetKind: choice.targetKind,
    targetId: choice.targetId,
    amountFen: line.amountFen,
    methodKey: 'bankTransfer',
    reference: line.serial,
    payerName: line.payerName,
    note: `银行转账 ${line.paidOn} ${line.remark}`.trim(),
    receivedOn: choice.receivedOn,
    // A payment whose receipt was reversed is booked anew; the number of its bookings so far tells the attempts apart.
    idempotencyKey: `statement-${line.id}-${line.bookings}`,
    billIds: choice.billIds,
    isExact: choice.isExact,
  });
  await ctx.tx.run(sql`update bank_statement_line set state = 'booked', receipt_id = ${receiptId}, problem = ''
    where company_id = ${ctx.companyId} and id = ${line.id}`);
  await ctx.tx.run(sql`insert into bank_statement_booking (company_id, id, community_id, line_id, receipt_id, staff_id, booked_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${place.community_id}, ${line.id}, ${receiptId}, ${ctx.actor.id}, ${nowText(ctx)})`);
  return { receiptId, number, prepaid: formatYuan(prepaidFen) };
}

async function readPlace(
  ctx: Context,
  { targetKind, targetId }: { targetKind: TargetKind; targetId: string },
): Promise<{ community_id: string }> {
  const row = await ctx.tx.first<{ community_id: string }>(sql`
    select t.community_id from charge_target t where t.company_id = ${ctx.companyId} and t.kind = ${targetKind} and t.id = ${targetId}`);
  if (!row) throw platformFail('reference.notFound', { label: anyTarget });
  return row;
}

/** Starts the task that books every payment of an account whose match is sure. */
export async function startBookingSure(ctx: Context, bankAccountId: string): Promise<string> {
  const account = await readBankAccount(ctx, bankAccountId);
  return startTask(ctx, 'bookSureLines', {
    title: `银行转账入账 ${account.name}`,
    communityId: account.communityId,
    permission: 'bankStatement.book',
    input: { bankAccountId },
  });
}

/**
 * The task: each sure payment in a transaction of its own, on the day it came. One that is refused, because its bills changed or
 * its day is closed, keeps the reason and waits; the others go on. Repeating it books nothing twice.
 */
export const bookSureLinesTask: TaskHandler<BookSure> = async (run) => {
  const { bankAccountId } = run.input;
  const lines = await run.transaction(async (ctx) => {
    const account = await readBankAccount(ctx, bankAccountId);
    const rows = await ctx.tx.rows<{ id: string }>(sql`select id from bank_statement_line
      where company_id = ${ctx.companyId} and bank_account_id = ${bankAccountId} and state = 'waiting' and confidence = 'sure' order by paid_on, id`);
    return { ids: rows.map((row) => row.id), account };
  });
  const outcome = { receiptCount: 0, sumFen: zeroFen, refusedCount: 0 };
  for (const [index, id] of lines.ids.entries()) {
    const bookedFen = await bookOrNote(run, id);
    if (bookedFen === null) outcome.refusedCount += 1;
    else if (bookedFen > zeroFen) {
      outcome.receiptCount += 1;
      outcome.sumFen = addFen(outcome.sumFen, bookedFen);
    }
    await run.report(index + 1, lines.ids.length);
  }
  const result = {
    receiptCount: outcome.receiptCount,
    sum: formatYuan(outcome.sumFen),
    refusedCount: outcome.refusedCount,
  };
  await run.transaction((ctx) =>
    recordAudit(ctx, {
      action: 'bankStatement.bookSure',
      targetKind: 'bankAccount',
      targetId: bankAccountId,
      targetLabel: lines.account.name,
      communityId: lines.account.communityId,
      after: result,
    }),
  );
  return result;
};

/** The money of a payment that was booked, 0 when it no longer waits, null when it was refused and says why. */
async function bookOrNote(run: TaskRun<BookSure>, id: string): Promise<Fen | null> {
  try {
    return await run.transaction(async (ctx) => {
      const line = await lockLine(ctx, id);
      if (line.state !== 'waiting' || line.confidence !== 'sure' || line.proposalTargetId === null) return zeroFen;
      await writeBooking(ctx, line, {
        targetKind: 'house',
        targetId: line.proposalTargetId,
        billIds: line.proposalBillIds,
        receivedOn: line.paidOn,
        isExact: true,
      });
      return line.amountFen;
    });
  } catch (error) {
    if (!(error instanceof DomainError) || error.definition.status === 403) throw error;
    await run.transaction((ctx) =>
      ctx.tx.run(sql`update bank_statement_line set problem = ${error.message}, confidence = 'likely'
        where company_id = ${ctx.companyId} and id = ${id} and state = 'waiting'`),
    );
    return null;
  }
}

/** Puts aside a payment that is none of the charges; it can be taken up again. */
export async function setLineAside(ctx: Context, id: string, reason: string): Promise<void> {
  const line = await lockLine(ctx, id);
  refuseState(line, 'waiting', '搁置');
  await ctx.tx.run(
    sql`update bank_statement_line set state = 'aside', aside_reason = ${reason} where company_id = ${ctx.companyId} and id = ${id}`,
  );
  await auditLine(ctx, line, 'bankStatement.setAside', { reason });
}

/** Puts a payment back into the list of those that wait. */
export async function takeLineUp(ctx: Context, id: string): Promise<void> {
  const line = await lockLine(ctx, id);
  refuseState(line, 'aside', '放回');
  await ctx.tx.run(
    sql`update bank_statement_line set state = 'waiting', aside_reason = '' where company_id = ${ctx.companyId} and id = ${id}`,
  );
  await auditLine(ctx, line, 'bankStatement.takeUp', {});
}

function auditLine(ctx: Context, line: LockedLine, action: string, more: Record<string, string>): Promise<void> {
  return recordAudit(ctx, {
    action,
    targetKind: 'bankStatementLine',
    targetId: line.id,
    targetLabel: line.serial,
    communityId: line.account.communityId,
    after: { amount: formatYuan(line.amountFen), ...more },
  });
}
