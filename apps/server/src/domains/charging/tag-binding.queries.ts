import type { EndpointReply, listTagBindingConflicts, listTagBindings, TargetKind } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';

// Targets of tag bindings `t` that have the tag, as (company_id, tag_binding_id, target_id).
const tagged = (ctx: Context): Sql => sql`select t.company_id, t.id tag_binding_id, g.target_id from tag_binding t
    join charge_target_tag g on g.company_id = t.company_id and g.tag_id = t.tag_id and g.community_id = t.community_id
      and g.target_kind = t.target_kind
    where t.company_id = ${ctx.companyId}`;

/** What keeps targets and tag apart: another standard of the item in the way, or a voided bill that forbids deleting. */
const conflicts = (ctx: Context, id: Sql): Sql => sql`
  select m.tag_binding_id, m.target_id, 'bound' reason from (${tagged(ctx)}) m
    join tag_binding t on t.company_id = m.company_id and t.id = m.tag_binding_id
    where m.tag_binding_id = ${id} and not exists (select 1 from standard_binding b where b.company_id = m.company_id and b.target_id = m.target_id
      and b.tag_binding_id = m.tag_binding_id and b.ends_on is not distinct from t.ends_on)
  union all select b.tag_binding_id, b.target_id, 'billed' from standard_binding b
    join tag_binding t on t.company_id = b.company_id and t.id = b.tag_binding_id
    where b.company_id = ${ctx.companyId} and b.tag_binding_id = ${id} and b.ends_on is not distinct from t.ends_on
      and not exists (select 1 from (${tagged(ctx)}) m where m.tag_binding_id = b.tag_binding_id and m.target_id = b.target_id)`;

export async function countConflicts(ctx: Context, id: string): Promise<number> {
  const [row] = await ctx.tx.ad<{ count: number }>(
    sql`select count(*)::int count from (${conflicts(ctx, sql`${id}::uuid`)}) x`,
  );
  return row!.count;
}

interface ListedRow {
  id: string;
  community_id: string;
  community: string;
  tag_id: string;
  tag: string;
  target_kind: TargetKind;
  item: string;
  standard: string;
  starts_on: string;
  ends_on: string | null;
  joins_on: 'sameDay' | 'nextPeriod';
  own_price: string | null;
  note: string;
  version: number;
  tagged_count: number;
  bound_count: number;
  conflict_count: number;
}

/** Standards that follow a tag, those that still do first. */
export async function readTagBindings(
  ctx: Context,
  communityId: string | undefined,
): Promise<EndpointReply<typeof listTagBindings>['rows']> {
  const rows =
    await ctx.tx.ad<ListedRow>(sql`select t.id, t.community_id, c.name community, t.tag_id, g.name tag, t.target_kind, i.name item,
      s.name standard, t.starts_on, t.ends_on, t.joins_on, case when t.own_price is null then null else price_text(t.own_price) end own_price, t.note, t.version,
      (select count(*)::int from (${tagged(ctx)}) m where m.tag_binding_id = t.id) tagged_count,
      (select count(*)::int from standard_binding b where b.company_id = t.company_id and b.tag_binding_id = t.id
        and b.ends_on is not distinct from t.ends_on) bound_count,
      case when t.ends_on is not null then 0 else (select count(*)::int from (${conflicts(ctx, sql`t.id`)}) x) end conflict_count
    from tag_binding t join community c on c.company_id = t.company_id and c.id = t.community_id
    join tag g on g.company_id = t.company_id and g.id = t.tag_id
    join charge_standard s on s.company_id = t.company_id and s.id = t.charge_standard_id
    join charge_item i on i.company_id = t.company_id and i.id = t.charge_item_id
    where t.company_id = ${ctx.companyId} ${communityId ? sql`and t.community_id = ${communityId}` : empty}
    order by t.ends_on nulls first, t.created_at, t.id`);
  return rows.map((row) => ({
    ...{
      id: row.id,
      communityId: row.community_id,
      communityLabel: row.community,
      tagId: row.tag_id,
      tagLabel: row.tag,
    },
    ...{ targetKind: row.target_kind, chargeItemLabel: row.item, chargeStandardLabel: row.standard },
    ...{ startsOn: row.starts_on, endsOn: row.ends_on, joinsOn: row.joins_on, ownPrice: row.own_price, note: row.note },
    ...{ taggedCount: row.tagged_count, boundCount: row.bound_count, conflictCount: row.conflict_count },
    version: row.version,
  }));
}

const mostShown = 200;

/** Why targets do not follow. Error: resource.notFound. */
export async function readConflicts(
  ctx: Context,
  id: string,
): Promise<EndpointReply<typeof listTagBindingConflicts>['rows']> {
  const found = await ctx.tx.first(sql`select 1 from tag_binding where company_id = ${ctx.companyId} and id = ${id}`);
  if (!found) throw platformFail('resource.notFound', { label: '跟随标签的绑定' });
  const rows = await ctx.tx.ad<{
    target: string;
    standard: string;
    starts_on: string;
    ends_on: string | null;
    reason: 'bound' | 'billed';
  }>(sql`select ct.label target, s.name standard, b.starts_on, b.ends_on, x.reason
    from (${conflicts(ctx, sql`${id}::uuid`)}) x
    join tag_binding t on t.company_id = ${ctx.companyId} and t.id = x.tag_binding_id
    left join charge_target ct on ct.company_id = t.company_id and ct.id = x.target_id
    join lateral (select b.charge_standard_id, b.starts_on, b.ends_on from standard_binding b where b.company_id = t.company_id
      and b.target_id = x.target_id and b.charge_item_id = t.charge_item_id order by b.ends_on desc nulls first limit 1) b on true
    join charge_standard s on s.company_id = t.company_id and s.id = b.charge_standard_id
    order by 1 limit ${mostShown}`);
  return rows.map((row) => ({
    ...{ targetLabel: row.target, standardLabel: row.standard },
    ...{ startsOn: row.starts_on, endsOn: row.ends_on, reason: row.reason },
  }));
}
