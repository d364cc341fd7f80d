import { type EndpointReply, journalAccounts, type readTrialBalance } from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { bookCommunities } from './book-communities.ts';
import { type Stretch, sumJournal } from './journal-sums.queries.ts';
import { refuseReversed } from './range.ts';

export interface BalanceRequest {
  communityId?: string | undefined;
  from: string;
  to: string;
  by: 'account' | 'code';
}

interface Sums {
  openingFen: bigint;
  debitFen: bigint;
  creditFen: bigint;
}

/** Debits and credits of accounts; keys are accounts. */
type Balances = Map<string, Sums>;

/**
 * The trial balance of days, both included (FIN-4): by our accounts from the journal, or by the accounts of the company's books from the
 * vouchers that stand. Sums of what is closed come from the closings, which `verify` proves against the journal.
 */
export async function trialBalance(
  ctx: Context,
  request: BalanceRequest,
): Promise<EndpointReply<typeof readTrialBalance>> {
  refuseReversed(request.from, request.to);
  const ids = (await bookCommunities(ctx, request.communityId)).map(({ id }) => id);
  const rows = request.by === 'code' ? await byCode(ctx, ids, request) : await byAccount(ctx, ids, request);
  const total = (pick: (row: BalanceRow) => bigint) => yuan(rows.reduce((sum, row) => sum + pick(row), 0n));
  return {
    rows: rows.map((row) => ({ key: row.key, name: row.name, ...viewSums(row) })),
    totals: {
      opening: total((row) => row.openingFen),
      debit: total((row) => row.debitFen),
      credit: total((row) => row.creditFen),
      closing: total(closingOf),
    },
  };
}

interface BalanceRow extends Sums {
  key: string;
  name: string;
}

const yuan = (amountFen: bigint) => formatYuan(fen(amountFen));
const closingOf = ({ openingFen, debitFen, creditFen }: Sums) => openingFen + debitFen - creditFen;
const viewSums = (row: Sums) => ({
  opening: yuan(row.openingFen),
  debit: yuan(row.debitFen),
  credit: yuan(row.creditFen),
  closing: yuan(closingOf(row)),
});

async function byAccount(ctx: Context, ids: readonly string[], { from, to }: BalanceRequest): Promise<BalanceRow[]> {
  const closings = await ctx.tx.rows<ClosingRow>(sql`
    select community_id, kind, first_day, last_day, figures -> 'accounts' as accounts, figures -> 'balances' as balances from book_closing
    where company_id = ${ctx.companyId} and community_id = any (${[...ids]}::uuid[]) and reopened_at is null and last_day <= ${to}::date
    order by last_day desc`);
  const balances: Balances = new Map();
  const opening: Stretch[] = [];
  const moved: Stretch[] = [];
  for (const id of ids) {
    const own = closings.filter(({ community_id }) => community_id === id);
    opening.push(...openFrom(balances, id, own, from));
    moved.push(...moveThrough(balances, id, own, from, to));
  }
  for (const row of await sumJournal(ctx, opening, 'balance'))
    add(balances, row.account, { openingFen: row.debit - row.credit, debitFen: 0n, creditFen: 0n });
  for (const row of await sumJournal(ctx, moved, 'split'))
    add(balances, row.account, { openingFen: 0n, debitFen: row.debit, creditFen: row.credit });
  return Object.entries(journalAccounts).flatMap(([key, name]) => {
    const sums = balances.get(key);
    return sums ? [{ key, name, ...sums }] : [];
  });
}

interface ClosingRow {
  community_id: string;
  kind: 'day' | 'month';
  first_day: string | null;
  last_day: string;
  accounts: Record<string, { debit: string; credit: string }>;
  balances: Record<string, string>;
}

function add(balances: Balances, account: string, more: Sums): void {
  const { openingFen, debitFen, creditFen } = balances.get(account) ?? { openingFen: 0n, debitFen: 0n, creditFen: 0n };
  balances.set(account, {
    openingFen: openingFen + more.openingFen,
    debitFen: debitFen + more.debitFen,
    creditFen: creditFen + more.creditFen,
  });
}

const after = (day: string) => Temporal.PlainDate.from(day).add({ days: 1 }).toString();
const before = (day: string) => Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();

/** Adds the balances of the newest closing before `from`; what remains is to be added up from the journal. */
function openFrom(balances: Balances, communityId: string, closings: readonly ClosingRow[], from: string): Stretch[] {
  const closing = closings.find(({ last_day }) => last_day < from);
  for (const [account, text] of Object.entries(closing?.balances ?? {}))
    add(balances, account, { openingFen: BigInt(text), debitFen: 0n, creditFen: 0n });
  const firstDay = closing ? after(closing.last_day) : null;
  const lastDay = before(from);
  return firstDay !== null && firstDay > lastDay ? [] : [{ communityId, firstDay, lastDay }];
}

/** Adds debits and credits of the months closed within the days; what lies before and after them is to be added up. */
function moveThrough(
  balances: Balances,
  communityId: string,
  closings: readonly ClosingRow[],
  from: string,
  to: string,
): Stretch[] {
  const months = closings.filter(({ kind, first_day }) => kind === 'month' && first_day !== null && first_day >= from);
  for (const { accounts } of months)
    for (const [account, { debit, credit }] of Object.entries(accounts))
      add(balances, account, { openingFen: 0n, debitFen: BigInt(debit), creditFen: BigInt(credit) });
  const newest = months[0];
  const oldest = months.at(-1);
  if (!newest || !oldest?.first_day) return [{ communityId, firstDay: from, lastDay: to }];
  return [
    { communityId, firstDay: from, lastDay: before(oldest.first_day) },
    { communityId, firstDay: after(newest.last_day), lastDay: to },
  ].filter(({ firstDay, lastDay }) => firstDay <= lastDay);
}

async function byCode(ctx: Context, ids: readonly string[], { from, to }: BalanceRequest): Promise<BalanceRow[]> {
  const rows = await ctx.tx.ad<{ key: string; name: string; opening: bigint; debit: bigint; credit: bigint }>(sql`
    select l.code as key, (array_agg(l.name order by v.day desc, v.number desc))[1] as name,
      coalesce(sum(case l.side when 'debit' then l.amount_fen else -l.amount_fen end) filter (where v.day < ${from}::date), 0)::bigint as opening,
      coalesce(sum(l.amount_fen) filter (where v.day >= ${from}::date and l.side = 'debit'), 0)::bigint as debit,
      coalesce(sum(l.amount_fen) filter (where v.day >= ${from}::date and l.side = 'credit'), 0)::bigint as credit
    from voucher v join voucher_batch b on b.company_id = v.company_id and b.id = v.voucher_batch_id and b.voided_at is null
    join voucher_line l on l.company_id = v.company_id and l.voucher_id = v.id
    where v.company_id = ${ctx.companyId} and v.community_id = any (${[...ids]}::uuid[]) and v.day <= ${to}::date
    group by l.code order by l.code`);
  return rows.map(({ key, name, opening, debit, credit }) => ({
    key,
    name,
    openingFen: opening,
    debitFen: debit,
    creditFen: credit,
  }));
}
