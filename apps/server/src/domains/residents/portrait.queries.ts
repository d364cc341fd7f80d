import {
  ageBands,
  type EndpointReply,
  householdTypes,
  occupancyRoles,
  type PaymentHabit,
  type paymentHabitRows,
  paymentHabits,
  type residentPortrait,
  sexes,
} from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';

type Portrait = EndpointReply<typeof residentPortrait>;
type Part = Portrait['ages'][number];

/** Oldest age of each band; what is older or unknown falls through. */
const bandEnds: readonly (readonly [keyof typeof ageBands, number])[] = [
  ['child', 17],
  ['young', 34],
  ['middle', 59],
  ['old', 79],
];

const habitMonths = 12;

function todayOf(ctx: Context): Temporal.PlainDate {
  return businessDay(ctx.clock, 'Asia/Shanghai');
}

/**
 * Who lives here (EST-10): people by age, sex and household type, each once; stays by role; houses by payment habit. Every part
 * carries the filter of the list of residents that shows the rows behind it.
 */
export async function readPortrait(ctx: Context, communityId: string | undefined): Promise<Portrait> {
  const today = todayOf(ctx);
  const within = communityId ? sql`and o.community_id = ${communityId}` : sql``;
  const people = sql`(select distinct r.id, r.sex, r.birthday, r.household_type from occupancy o
      join resident r on r.company_id = o.company_id and r.id = o.resident_id
    where o.company_id = ${ctx.companyId} and o.moved_out_on is null ${within}) p`;
  const countBy = async (expression: Sql, from: Sql) => {
    const rows = await ctx.tx.ad<{ key: string | null; count: bigint }>(
      sql`select ${expression} as key, count(*) from ${from} group by 1`,
    );
    return new Map(rows.map(({ key, count }) => [key ?? 'unknown', Number(count)]));
  };
  const ages = await countBy(ageBand(today), people);
  const bySex = await countBy(sql`p.sex`, people);
  const byType = await countBy(sql`p.household_type`, people);
  const roles = await countBy(
    sql`o.role`,
    sql`(select o.role from occupancy o where o.company_id = ${ctx.companyId} and o.moved_out_on is null ${within}) o`,
  );
  return {
    people: sumOf(ages),
    stays: sumOf(roles),
    ages: partsOf(ages, ageBands, (key) => bandFilter(key, today)),
    roles: partsOf(roles, occupancyRoles, (key) => ({ role: [key] })),
    sexes: partsOf(bySex, { ...sexes, unknown: '未登记' }, (key) => (key === 'unknown' ? null : { sex: [key] })),
    householdTypes: partsOf(byType, { ...householdTypes, unknown: '未登记' }, (key) =>
      key === 'unknown' ? null : { householdType: [key] },
    ),
    habits: ctx.permissions.has('bill.view') ? await countHabits(ctx, communityId, today) : [],
  };
}

const sumOf = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);

function partsOf(
  counts: ReadonlyMap<string, number>,
  labels: Readonly<Record<string, string>>,
  filterOf: (key: string) => object | null,
): Part[] {
  return Object.entries(labels).map(([key, label]) => {
    const filter = filterOf(key);
    return { key, label, count: counts.get(key) ?? 0, filter: filter && JSON.stringify(filter) };
  });
}

function ageBand(today: Temporal.PlainDate): Sql {
  const age = sql`date_part('year', age(${today.toString()}::date, p.birthday))`;
  return sql`case when p.birthday is null then 'unknown' when ${age} <= 17 then 'child' when ${age} <= 34 then 'young'
    when ${age} <= 59 then 'middle' when ${age} <= 79 then 'old' else 'veryOld' end`;
}

/** Birthdays of an age band as a filter of the list, both ends included. */
function bandFilter(key: string, today: Temporal.PlainDate): object | null {
  if (key === 'unknown') return null;
  const index = bandEnds.findIndex(([band]) => band === key);
  const oldest = bandEnds[index]?.[1];
  const before = index === -1 ? bandEnds.at(-1)?.[1] : bandEnds[index - 1]?.[1];
  return {
    birthday: {
      // Whoever turns one year more than the band's oldest tomorrow still belongs to it.
      ...(oldest === undefined
        ? {}
        : {
            from: today
              .subtract({ years: oldest + 1 })
              .add({ days: 1 })
              .toString(),
          }),
      ...(before === undefined ? {} : { to: today.subtract({ years: before + 1 }).toString() }),
    },
  };
}

/**
 * Every house with its habit, by the definitions of the contract: bills of the last twelve months, by the first day of their
 * period, whose due day has passed. The day a bill was paid is that of the last receipt on it that stands.
 */
function habitsOf(ctx: Context, communityId: string | undefined, today: Temporal.PlainDate): Sql {
  const from = today.subtract({ months: habitMonths }).toString();
  const within = communityId ? sql`and b.community_id = ${communityId}` : sql``;
  const houses = communityId ? sql`and h.community_id = ${communityId}` : sql``;
  return sql`(select h.company_id, h.id, h.full_name, h.community_id, coalesce(x.late, 0) as late, coalesce(x.months, 0) as months, coalesce(x.owed, 0) as owed,
      case when x.target_id is null then 'none' when x.months >= 3 then 'arrears3' when x.months > 0 then 'arrears1' when x.late > 0 then 'late' else 'onTime' end as habit
    from house h left join (
      select b.target_id, count(*) filter (where b.outstanding_fen = 0 and p.day > b.due_on) as late,
        count(distinct date_trunc('month', b.period_from)) filter (where b.outstanding_fen > 0) as months,
        coalesce(sum(b.outstanding_fen), 0)::bigint as owed
      from bill b left join (
          select a.bill_id, max(r.received_on) as day from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
          where a.company_id = ${ctx.companyId} and a.kind in ('receipt', 'restoration') and r.reversed_at is null group by a.bill_id) p on p.bill_id = b.id
      where b.company_id = ${ctx.companyId} and b.target_kind = 'house' and b.voided_at is null and b.period_from >= ${from} and b.due_on < ${today.toString()} ${within}
      group by b.target_id) x on x.target_id = h.id
    where h.company_id = ${ctx.companyId} ${houses})`;
}

async function countHabits(ctx: Context, communityId: string | undefined, today: Temporal.PlainDate): Promise<Part[]> {
  const rows = await ctx.tx.ad<{ habit: string; count: bigint }>(
    sql`select habit, count(*) from ${habitsOf(ctx, communityId, today)} t group by habit`,
  );
  return partsOf(new Map(rows.map(({ habit, count }) => [habit, Number(count)])), paymentHabits, () => null);
}

/** The houses of one payment habit, those that owe most first. */
export async function listHabitRows(
  ctx: Context,
  query: { communityId?: string | undefined; habit: PaymentHabit; page: number; pageSize: number },
): Promise<EndpointReply<typeof paymentHabitRows>> {
  const houses = habitsOf(ctx, query.communityId, todayOf(ctx));
  const [count] = await ctx.tx.ad<{ total: bigint }>(
    sql`select count(*) as total from ${houses} t where habit = ${query.habit}`,
  );
  const rows = await ctx.tx.ad<{
    id: string;
    full_name: string;
    community_id: string;
    community: string;
    owner: string | null;
    late: bigint;
    months: bigint;
    owed: bigint;
  }>(sql`select t.*, c.name as community, (select string_agg(r.name, '、' order by o.moved_in_on, o.id) from occupancy o
        join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = t.company_id and o.house_id = t.id and o.role = 'owner' and o.moved_out_on is null) as owner
    from (select * from ${houses} h where habit = ${query.habit} order by owed desc, late desc, full_name collate natural_order, id
      limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}) t
    join community c on c.company_id = t.company_id and c.id = t.community_id
    order by t.owed desc, t.late desc, t.full_name collate natural_order, t.id`);
  const seesPeople = ctx.permissions.has('resident.view');
  return {
    total: Number(count!.total),
    rows: rows.map((row) => ({
      houseId: row.id,
      houseLabel: row.full_name,
      communityId: row.community_id,
      communityLabel: row.community,
      ownerName: seesPeople ? (row.owner ?? '') : '',
      lateBills: Number(row.late),
      arrearsMonths: Number(row.months),
      outstanding: formatYuan(fen(row.owed)),
    })),
  };
}
