import { addFen, type Fen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler } from '../../platform/tasks/task.ts';
import { readPayments } from '../cashier/index.ts';
import { lateFeeOfBill, listUnpaidBills } from '../charging/index.ts';
import { type Debtor, indexDebtors, type Proposal, proposeMatch } from './propose-match.ts';
import { type BankAccount, readBankAccount } from './read-bank-account.ts';

interface MatchLines {
  bankAccountId: string;
}

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    matchStatement: MatchLines;
  }
}

/** Starts the task that finds out which houses the waiting payments of an account are for. */
export function startMatching(ctx: Context, account: BankAccount): Promise<string> {
  return startTask(ctx, 'matchStatement', {
    title: `匹配银行转账 ${account.name}`,
    communityId: account.communityId,
    permission: 'bankStatement.book',
    input: { bankAccountId: account.id },
  });
}

interface WaitingLine {
  id: string;
  paid_on: string;
  amount_fen: Fen;
  payer_name: string;
  remark: string;
}

/** The task: day by day, for late fees are as of the day of the payment; each day in a transaction of its own. */
export const matchStatementTask: TaskHandler<MatchLines> = async (run) => {
  const { bankAccountId } = run.input;
  const days = await run.transaction(async (ctx) => {
    await readBankAccount(ctx, bankAccountId);
    const rows = await ctx.tx.rows<{ day: string }>(sql`select distinct paid_on as day from bank_statement_line
      where company_id = ${ctx.companyId} and bank_account_id = ${bankAccountId} and state = 'waiting' order by 1`);
    return rows.map((row) => row.day);
  });
  const outcome = { sure: 0, likely: 0, none: 0 };
  for (const [index, day] of days.entries()) {
    const counted = await run.transaction(async (ctx) => matchDay(ctx, await readBankAccount(ctx, bankAccountId), day));
    for (const key of ['sure', 'likely', 'none'] as const) outcome[key] += counted[key];
    await run.report(index + 1, days.length);
  }
  return outcome;
};

async function matchDay(
  ctx: Context,
  account: BankAccount,
  day: string,
): Promise<{ sure: number; likely: number; none: number }> {
  const lines =
    await ctx.tx.rows<WaitingLine>(sql`select id, paid_on, amount_fen, payer_name, remark from bank_statement_line
    where company_id = ${ctx.companyId} and bank_account_id = ${account.id} and state = 'waiting' and paid_on = ${day}
    order by id for no key update`);
  const index = indexDebtors(await readDebtors(ctx, account.communityId, day));
  const found = lines.map((line) => ({
    id: line.id,
    proposal: proposeMatch(index, { amountFen: line.amount_fen, payerName: line.payer_name, remark: line.remark }),
  }));
  const proposals = withoutDoubles(found);
  for (const { id, proposal } of proposals)
    await ctx.tx.run(sql`update bank_statement_line set confidence = ${proposal?.confidence ?? 'none'}, why = ${proposal?.why ?? ''}, problem = '',
        proposal_target_id = ${proposal?.houseId ?? null}, proposal_bill_ids = ${proposal?.billIds ?? []}::uuid[]
      where company_id = ${ctx.companyId} and id = ${id}`);
  const count = (confidence: string) =>
    proposals.filter((one) => (one.proposal?.confidence ?? 'none') === confidence).length;
  return { sure: count('sure'), likely: count('likely'), none: count('none') };
}

interface Found {
  id: string;
  proposal: Proposal | null;
}

/** Two payments of a day for the same bill: only the first is sure, for the second would be paid twice. */
function withoutDoubles(found: readonly Found[]): Found[] {
  const taken = new Set<string>();
  return found.map(({ id, proposal }) => {
    if (proposal?.confidence !== 'sure') return { id, proposal };
    if (proposal.billIds.some((bill) => taken.has(bill)))
      return { id, proposal: { ...proposal, confidence: 'likely', why: '同一天另有一笔转账也对应这些账单，请核对' } };
    for (const bill of proposal.billIds) taken.add(bill);
    return { id, proposal };
  });
}

interface HouseRow {
  id: string;
  full_name: string;
  number: string;
  search_key: string;
  people: string[];
  target_ids: string[];
}

/** Houses that owe, with what each bill comes to on the day. Bills a bank withholds and a former owner's are left out. */
async function readDebtors(ctx: Context, communityId: string | null, day: string): Promise<Debtor[]> {
  const houses = await ctx.tx.rows<HouseRow>(sql`
    with owing as (select distinct coalesce(t.house_id, b.target_id) as id from bill b
      left join charge_target t on t.company_id = b.company_id and t.kind = b.target_kind and t.id = b.target_id
      where b.company_id = ${ctx.companyId} and (${communityId}::uuid is null or b.community_id = ${communityId}::uuid) and b.outstanding_fen > 0)
    select h.id, h.full_name, h.number, h.search_key,
      array(select distinct r.name from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = h.company_id and o.house_id = h.id and o.moved_out_on is null) as people,
      array(select t.id from charge_target t where t.company_id = h.company_id and t.house_id = h.id) as target_ids
    from house h where h.company_id = ${ctx.companyId} and h.id = any (array(select id from owing))`);
  const unpaid = await listUnpaidBills(
    ctx,
    houses.flatMap((house) => house.target_ids),
  );
  const bills = unpaid.filter((bill) => bill.formerOwner === '' && bill.withheldIn === '');
  const payments = await readPayments(ctx, bills);
  const byTarget = Map.groupBy(bills, (bill) => bill.targetId);
  return houses.map((house) => ({
    houseId: house.id,
    searchKey: house.search_key,
    name: house.full_name,
    number: house.number,
    people: house.people,
    bills: house.target_ids
      .flatMap((id) => byTarget.get(id) ?? [])
      .map((bill) => ({
        id: bill.id,
        month: bill.periodFrom.slice(0, 7),
        owedFen: addFen(bill.outstandingFen, lateFeeOfBill(bill, payments.get(bill.id) ?? [], day).dueFen),
      })),
  }));
}
