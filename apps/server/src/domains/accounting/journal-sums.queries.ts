import type { Context } from '../../platform/context.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';

/** Days whose journal must be added up, both included, ISO; a null first day is the beginning of the books. */
export interface Stretch {
  communityId: string;
  firstDay: string | null;
  lastDay: string;
}

/** Debits and credits of an account, fen. */
export interface AccountSums {
  account: string;
  debit: bigint;
  credit: bigint;
}

/**
 * What `journal_line` adds up to over the stretches, by account: each table is summed by what decides the account before anything is
 * put together, so that PostgreSQL reads each once and on all cores. `split` says whether debits and credits are wanted, of each document
 * its balance on the account; otherwise the balance alone comes, as a debit.
 */
export async function sumJournal(
  ctx: Context,
  stretches: readonly Stretch[],
  split: 'split' | 'balance',
): Promise<AccountSums[]> {
  const sums: AccountSums[] = [];
  for (const within of sameDays(stretches)) {
    const query = split === 'split' ? sumsOf(ctx, within) : balancesOf(ctx, within);
    for (const row of await ctx.tx.ad<{ account: string; debit: string; credit: string }>(query))
      sums.push({ account: row.account, debit: BigInt(row.debit), credit: BigInt(row.credit) });
  }
  return sums;
}

interface CommunitiesDays {
  ids: string[];
  firstDay: string | null;
  lastDay: string;
}

/** Communities with the same days are read together: mostly all of them, closed up to the same day or not at all. */
function sameDays(stretches: readonly Stretch[]): CommunitiesDays[] {
  const groups = new Map<string, CommunitiesDays>();
  for (const { communityId, firstDay, lastDay } of stretches) {
    const key = `${firstDay} ${lastDay}`;
    const known = groups.get(key);
    if (known) known.ids.push(communityId);
    else groups.set(key, { ids: [communityId], firstDay, lastDay });
  }
  return [...groups.values()];
}

function within(ctx: Context, alias: Sql, day: Sql, { ids, firstDay, lastDay }: CommunitiesDays): Sql {
  return sql`${alias}.company_id = ${ctx.companyId} and ${alias}.community_id = any (${[...ids]}::uuid[])
    and ${day} <= ${lastDay}::date ${firstDay ? sql`and ${day} >= ${firstDay}::date` : empty}`;
}

/** What bills come to, on the day they were booked: nearly all of them by the index of their periods. */
function billsOf(ctx: Context, days: CommunitiesDays): Sql {
  const b = sql`b`;
  const bookedDay = sql`coalesce(b.booked_on, b.period_from)`;
  return sql`select coalesce(sum(q.fen), 0) as fen from (
      select sum(b.receivable_fen) as fen from bill b where ${within(ctx, b, sql`b.period_from`, days)}
      union all
      -- Booked elsewhere: not on the day of the period, but on its own.
      select -sum(b.receivable_fen) from bill b where ${within(ctx, b, sql`b.period_from`, days)} and b.booked_on is not null
      union all
      select sum(b.receivable_fen) from bill b where ${within(ctx, b, sql`b.booked_on`, days)} and b.booked_on is not null
      union all
      -- An edit is an entry of its own day; the bill keeps what it was.
      select -sum(e.delta_fen) from bill_edit e join bill b on b.company_id = e.company_id and b.id = e.bill_id
        where ${within(ctx, b, bookedDay, days)} and e.company_id = ${ctx.companyId}) q`;
}

/** Income by kind, within which amounts all have the same sign, and by what paid. */
function incomeOf(ctx: Context, days: CommunitiesDays): Sql {
  const m = sql`m`;
  return sql`select m.kind, m.source, sum(m.amount_fen) as amount, sum(m.principal_fen) as principal, sum(m.late_fee_fen) as late_fee,
      sum(m.prepaid_fen) as prepaid, sum(m.deposit_fen) as deposit, sum(m.other_fen) as other
    from income_movement m where ${within(ctx, m, sql`m.day`, days)} group by m.kind, m.source`;
}

/** The accounts that a sum of movements `i` stands on. */
const accountsOfIncome = sql`(values (i.source, i.amount), ('receivable', -i.principal), ('lateFeeIncome', -i.late_fee),
  ('prepaid', -i.prepaid), ('deposit', -i.deposit), ('otherIncome', -i.other)) x (account, fen)`;

function restOf(ctx: Context, days: CommunitiesDays): Sql {
  return sql`journal_rest r where ${within(ctx, sql`r`, sql`r.day`, days)}`;
}

function balancesOf(ctx: Context, days: CommunitiesDays): Sql {
  return sql`with bills as materialized (${billsOf(ctx, days)}), income as materialized (${incomeOf(ctx, days)})
    select t.account, sum(t.fen)::text as debit, '0' as credit from (
      select 'receivable' as account, b.fen from bills b
      union all select 'income', -b.fen from bills b
      union all select x.account, x.fen from income i cross join lateral ${accountsOfIncome}
      union all select r.account, sum(r.amount_fen) from ${restOf(ctx, days)} group by r.account) t
    where t.fen <> 0 group by t.account`;
}

/**
 * A document that gives to an account and takes from it counts with the difference. That can only be one which moves prepaid money
 * or deposits both as what paid and as what was paid for, and one that says the way of paying was another.
 */
function mixedOf(ctx: Context, days: CommunitiesDays): Sql {
  return sql`select i.kind, i.document_id, x.account, sum(x.fen) as fen from (
      select m.kind, m.document_id, m.source, m.amount_fen as amount, m.principal_fen as principal, m.late_fee_fen as late_fee,
        m.prepaid_fen as prepaid, m.deposit_fen as deposit, m.other_fen as other
      from income_movement m where ${within(ctx, sql`m`, sql`m.day`, days)}
        and (m.kind = 'amendment' or m.source <> 'money' or m.prepaid_fen <> 0 or m.deposit_fen <> 0)) i
    cross join lateral ${accountsOfIncome}
    where x.fen <> 0 and (i.kind = 'amendment' or x.account in ('prepaid', 'deposit')) group by 1, 2, 3`;
}

function sumsOf(ctx: Context, days: CommunitiesDays): Sql {
  const split = (fen: Sql) => sql`greatest(${fen}, 0) as debit, greatest(-${fen}, 0) as credit`;
  return sql`with bills as materialized (${billsOf(ctx, days)}), income as materialized (${incomeOf(ctx, days)})
    select t.account, sum(t.debit)::text as debit, sum(t.credit)::text as credit from (
      select 'receivable' as account, b.fen as debit, 0 as credit from bills b
      union all select 'income', 0, b.fen from bills b
      union all select x.account, ${split(sql`x.fen`)} from income i cross join lateral ${accountsOfIncome}
        where i.kind <> 'amendment' and x.account not in ('prepaid', 'deposit')
      union all select d.account, ${split(sql`d.fen`)} from (${mixedOf(ctx, days)}) d
      union all select d.account, ${split(sql`d.fen`)} from (
        select r.account, sum(r.amount_fen) as fen from ${restOf(ctx, days)} group by r.document, r.document_id, r.account) d) t
    where t.debit <> 0 or t.credit <> 0 group by t.account`;
}
