import { type Alignment, periodCovering } from '@anlin/calendar';
import type { TargetKind } from '@anlin/contract';
import { type Followed, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { lockItemBindings } from './bind-standard.ts';
import { bindingTargetColumns, bindingTargetValues } from './binding-target.ts';
import { countConflicts } from './tag-binding.queries.ts';

export interface TagBindingRow {
  id: string;
  community_id: string;
  time_zone: string;
  tag_id: string;
  target_kind: TargetKind;
  charge_item_id: string;
  charge_standard_id: string;
  starts_on: string;
  ends_on: string | null;
  joins_on: 'sameDay' | 'nextPeriod';
  own_price: string | null;
  note: string;
  followed_on: string | null;
  every_months: number;
  alignment: Alignment;
  label: string;
  version: number;
}

/** A tag binding, locked: one transaction at a time makes its bindings follow. Error: resource.notFound. */
export async function lockTagBinding(ctx: Context, id: string): Promise<TagBindingRow> {
  const row =
    await ctx.tx.first<TagBindingRow>(sql`select t.id, t.community_id, c.time_zone, t.tag_id, t.target_kind, t.charge_item_id,
      t.charge_standard_id, t.starts_on, t.ends_on, t.joins_on, t.own_price::text, t.note, t.followed_on, s.every_months, s.alignment,
      g.name || '：' || i.name || ' ' || s.name as label, t.version
    from tag_binding t join community c on c.company_id = t.company_id and c.id = t.community_id
    join tag g on g.company_id = t.company_id and g.id = t.tag_id
    join charge_standard s on s.company_id = t.company_id and s.id = t.charge_standard_id
    join charge_item i on i.company_id = t.company_id and i.id = t.charge_item_id
    where t.company_id = ${ctx.companyId} and t.id = ${id} for update of t`);
  if (!row) throw platformFail('resource.notFound', { label: '跟随标签的绑定' });
  return row;
}

/**
 * Makes bindings what the tag says (EST-9): binds what has the tag, ends what lost it, never beside another standard of the
 * same item. The first time from the day it starts on; later from the day `joins_on` names. An end never cuts off what has
 * been billed: then it is the end of the last bill. Safe to repeat. Locks: tag binding, bindings by id, item.
 */
export async function followTag(ctx: Context, id: string): Promise<Followed> {
  const row = await lockTagBinding(ctx, id);
  const today = businessDay(ctx.clock, row.time_zone);
  if (row.ends_on !== null && row.ends_on <= today.toString()) return { joined: 0, ended: 0, conflicts: 0 };
  await ctx.tx.rows(
    sql`select id from standard_binding where company_id = ${ctx.companyId} and tag_binding_id = ${id} order by id for update`,
  );
  await lockItemBindings(ctx, row.charge_item_id);
  const day = turningDay(row, today);
  const ended = await endUntagged(ctx, row, day);
  const joinDay = row.followed_on === null ? row.starts_on : later(row.starts_on, day);
  const joined = (await reopen(ctx, row, joinDay)) + (await join(ctx, row, joinDay));
  await ctx.tx.run(
    sql`update tag_binding set followed_on = ${today.toString()} where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (joined + ended > 0) {
    await recordAudit(ctx, {
      action: 'tagBinding.follow',
      targetKind: 'tagBinding',
      targetId: id,
      targetLabel: row.label,
      communityId: row.community_id,
      after: { joined, ended, joinDay, endDay: day },
    });
  }
  return { joined, ended, conflicts: await countConflicts(ctx, id) };
}

const later = (left: string, right: string) => (left > right ? left : right);

/** The day from which a change of the tag counts: today, or the first day of the standard's next period. */
function turningDay(row: TagBindingRow, today: Temporal.PlainDate): string {
  if (row.joins_on === 'sameDay') return today.toString();
  // Periods of one's own begin with each binding, so that the next one of a new binding begins with the next month.
  const everyMonths = row.alignment === 'natural' ? row.every_months : 1;
  const start = today.with({ month: 1, day: 1 });
  const current = periodCovering({ start, end: null, everyMonths, alignment: 'natural' }, today);
  return current!.period.to.toString();
}

/** Ids of what has the tag, as `target_id`. */
export function taggedTargets(ctx: Context, row: Pick<TagBindingRow, 'community_id' | 'tag_id' | 'target_kind'>): Sql {
  return sql`select g.target_id from charge_target_tag g where g.company_id = ${ctx.companyId} and g.community_id = ${row.community_id}
    and g.target_kind = ${row.target_kind} and g.tag_id = ${row.tag_id}`;
}

/** Ends what lost the tag. What had not begun and was never billed is deleted. */
async function endUntagged(ctx: Context, row: TagBindingRow, day: string): Promise<number> {
  const gone = await ctx.tx.ad<{ id: string; starts_on: string; billed_to: string | null; has_bills: boolean }>(sql`
    select b.id, b.starts_on, max(x.period_to) filter (where x.voided_at is null) billed_to, count(x.id) > 0 has_bills
    from standard_binding b left join bill x on x.company_id = b.company_id and x.standard_binding_id = b.id
    where b.company_id = ${ctx.companyId} and b.tag_binding_id = ${row.id} and b.ends_on is not distinct from ${row.ends_on}::date
      and b.target_id <> all (array(${taggedTargets(ctx, row)}))
    group by b.company_id, b.id order by b.id`);
  const ends = gone.map((one) => ({ ...one, endsOn: later(day, one.billed_to ?? day) }));
  const unbegun = ends.filter((one) => one.endsOn <= one.starts_on && !one.has_bills);
  const begun = ends.filter((one) => one.endsOn > one.starts_on && (row.ends_on === null || one.endsOn < row.ends_on));
  await ctx.tx.run(
    sql`delete from standard_binding where company_id = ${ctx.companyId} and id = any (${unbegun.map((one) => one.id)}::uuid[])`,
  );
  await ctx.tx.run(sql`update standard_binding b set ends_on = n.ends_on, version = b.version + 1, updated_at = ${nowText(ctx)}
    from unnest(${begun.map((one) => one.id)}::uuid[], ${begun.map((one) => one.endsOn)}::date[]) n (id, ends_on)
    where b.company_id = ${ctx.companyId} and b.id = n.id`);
  return unbegun.length + begun.length;
}

/** Another binding `o` of the item on some day from `from` up to the end of following. */
function otherBinding(ctx: Context, row: TagBindingRow, target: Sql, from: Sql): Sql {
  return sql`exists (select 1 from standard_binding o where o.company_id = ${ctx.companyId} and o.target_id = ${target}
    and o.charge_item_id = ${row.charge_item_id} and daterange(o.starts_on, o.ends_on) && daterange(${from}, ${row.ends_on}::date))`;
}

/** What got the tag back before its binding ran out goes on as if nothing had happened. */
async function reopen(ctx: Context, row: TagBindingRow, joinDay: string): Promise<number> {
  return ctx.tx.run(sql`update standard_binding b set ends_on = ${row.ends_on}::date, version = b.version + 1, updated_at = ${nowText(ctx)}
    where b.company_id = ${ctx.companyId} and b.tag_binding_id = ${row.id} and b.ends_on is distinct from ${row.ends_on}::date
      and b.ends_on >= ${joinDay} and b.target_id = any (array(${taggedTargets(ctx, row)}))
      and not ${otherBinding(ctx, row, sql`b.target_id`, sql`b.ends_on`)}`);
}

const perStatement = 20_000;

async function join(ctx: Context, row: TagBindingRow, joinDay: string): Promise<number> {
  if (row.ends_on !== null && joinDay >= row.ends_on) return 0;
  const fresh = await ctx.tx.ad<{ target_id: string }>(sql`select m.target_id from (${taggedTargets(ctx, row)}) m
    where not ${otherBinding(ctx, row, sql`m.target_id`, sql`${joinDay}::date`)} order by m.target_id`);
  for (let start = 0; start < fresh.length; start += perStatement) {
    const some = fresh.slice(start, start + perStatement).map((one) => one.target_id);
    await ctx.tx.run(sql`insert into standard_binding (company_id, id, community_id, charge_item_id, charge_standard_id, ${bindingTargetColumns},
        starts_on, ends_on, own_price, note, tag_binding_id, created_at, updated_at)
      select ${ctx.companyId}, n.id, ${row.community_id}, ${row.charge_item_id}, ${row.charge_standard_id},
        ${bindingTargetValues(sql`${row.target_kind}::text`, sql`n.target_id`)},
        ${joinDay}, ${row.ends_on}, ${row.own_price}, ${row.note}, ${row.id}, ${nowText(ctx)}, ${nowText(ctx)}
      from unnest(${some.map(() => ctx.newId())}::uuid[], ${some}::uuid[]) n (id, target_id)`);
  }
  return fresh.length;
}
