import {
  chargingFail,
  type createTagBinding as createEndpoint,
  type EndpointRequest,
  type endTagBinding as endEndpoint,
  type Followed,
  platformFail,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { endBindings } from './end-bindings.ts';
import { followTag, lockTagBinding } from './follow-tag.ts';

/**
 * Makes a standard follow a tag within a community, and binds at once what has the tag (EST-9).
 * Errors: scope.wholeCommunity, reference.notFound, tagBinding.exists.
 */
export async function createTagBinding(
  ctx: Context,
  input: EndpointRequest<typeof createEndpoint>['body'],
): Promise<Followed & { id: string }> {
  const names = await readNames(ctx, input);
  requireWholeCommunity(ctx, input.communityId, '让收费标准跟随标签');
  const id = ctx.newId();
  const added =
    await ctx.tx.run(sql`insert into tag_binding (company_id, id, community_id, tag_id, target_kind, charge_item_id, charge_standard_id,
      starts_on, joins_on, own_price, note, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${input.communityId}, ${input.tagId}, ${input.targetKind}, ${names.item_id}, ${input.chargeStandardId},
      ${input.startsOn}, ${input.joinsOn}, ${input.ownPrice}, ${input.note}, ${nowText(ctx)}, ${nowText(ctx)}) on conflict do nothing`);
  if (added === 0) {
    throw chargingFail('tagBinding.exists', { item: names.item, community: names.community, tag: names.tag });
  }
  await recordAudit(ctx, {
    action: 'tagBinding.create',
    targetKind: 'tagBinding',
    targetId: id,
    targetLabel: `${names.tag}：${names.item} ${names.standard}`,
    communityId: input.communityId,
    after: { startsOn: input.startsOn, joinsOn: input.joinsOn, ownPrice: input.ownPrice },
  });
  return { id, ...(await followTag(ctx, id)) };
}

interface Names {
  tag: string | null;
  standard: string | null;
  item: string;
  item_id: string;
  community: string;
}

async function readNames(
  ctx: Context,
  input: { tagId: string; chargeStandardId: string; communityId: string },
): Promise<Names & { tag: string; standard: string }> {
  const row =
    await ctx.tx.first<Names>(sql`select c.name community, g.name tag, s.name standard, i.name item, i.id item_id from community c
    left join tag g on g.company_id = c.company_id and g.id = ${input.tagId}
    left join charge_standard s on s.company_id = c.company_id and s.id = ${input.chargeStandardId}
    left join charge_item i on i.company_id = c.company_id and i.id = s.charge_item_id
    where c.company_id = ${ctx.companyId} and c.id = ${input.communityId}`);
  if (!row) throw platformFail('reference.notFound', { label: '小区' });
  const { tag, standard } = row;
  if (tag === null) throw platformFail('reference.notFound', { label: '数据标签' });
  if (standard === null) throw platformFail('reference.notFound', { label: '收费标准' });
  return { ...row, tag, standard };
}

/**
 * Stops following. The bindings end on the day, under the rules of ending bindings, or stay as bindings of their own.
 * Errors: resource.notFound, resource.changed, tagBinding.ended, and those of `endBindings`.
 */
export async function endTagBinding(
  ctx: Context,
  input: EndpointRequest<typeof endEndpoint>['body'] & { id: string },
): Promise<{ endedCount: number; voidedCount: number }> {
  const row = await lockTagBinding(ctx, input.id);
  if (row.version !== input.version) throw platformFail('resource.changed', { label: '跟随标签的绑定' });
  if (row.ends_on !== null) throw chargingFail('tagBinding.ended', { day: row.ends_on });
  const ids = await openBindings(ctx, row.id);
  const result = input.keepBindings ? await letGo(ctx, ids) : await endAll(ctx, ids, input.endsOn, input.voidUnpaid);
  // What is stopped before it began keeps one day of its own; by then it has no bindings.
  const endsOn = input.endsOn > row.starts_on ? input.endsOn : dayAfter(row.starts_on);
  await ctx.tx.run(sql`update tag_binding set ends_on = ${endsOn}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${row.id}`);
  await recordAudit(ctx, {
    action: 'tagBinding.end',
    targetKind: 'tagBinding',
    targetId: row.id,
    targetLabel: row.label,
    communityId: row.community_id,
    after: { endsOn, keepBindings: input.keepBindings, ...result },
  });
  return result;
}

const dayAfter = (day: string) => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

interface OpenBinding {
  id: string;
  starts_on: string;
  has_bills: boolean;
}

async function openBindings(ctx: Context, tagBindingId: string): Promise<OpenBinding[]> {
  return ctx.tx.rows<OpenBinding>(sql`select b.id, b.starts_on, exists (select 1 from bill x where x.company_id = b.company_id and x.standard_binding_id = b.id) has_bills
    from standard_binding b where b.company_id = ${ctx.companyId} and b.tag_binding_id = ${tagBindingId} and b.ends_on is null order by b.id for update of b`);
}

async function letGo(
  ctx: Context,
  bindings: readonly OpenBinding[],
): Promise<{ endedCount: number; voidedCount: number }> {
  await ctx.tx.run(sql`update standard_binding set tag_binding_id = null, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = any (${bindings.map((one) => one.id)}::uuid[])`);
  return { endedCount: 0, voidedCount: 0 };
}

/** Those that begin on the day or later and were never billed are deleted: they would be charged for no day. */
async function endAll(
  ctx: Context,
  bindings: readonly OpenBinding[],
  endsOn: string,
  voidUnpaid: boolean,
): Promise<{ endedCount: number; voidedCount: number }> {
  const unbegun = bindings.filter((one) => one.starts_on >= endsOn && !one.has_bills).map((one) => one.id);
  await ctx.tx.run(
    sql`delete from standard_binding where company_id = ${ctx.companyId} and id = any (${unbegun}::uuid[])`,
  );
  const rest = bindings.filter((one) => !unbegun.includes(one.id)).map((one) => one.id);
  if (rest.length === 0) return { endedCount: unbegun.length, voidedCount: 0 };
  const { endedCount, voidedCount } = await endBindings(ctx, { ids: rest, endsOn, voidUnpaid });
  return { endedCount: endedCount + unbegun.length, voidedCount };
}

/** Bindings that follow a tag are ended by it alone. Error: standardBinding.followsTag. */
export async function refuseFollowing(
  ctx: Context,
  ids: readonly string[],
  action: '结束' | '删除' | '恢复',
): Promise<void> {
  const row = await ctx.tx.first<{
    target: string;
    tag: string;
  }>(sql`select ct.label target, g.name tag
    from standard_binding b join tag_binding t on t.company_id = b.company_id and t.id = b.tag_binding_id and b.ends_on is not distinct from t.ends_on
    join tag g on g.company_id = t.company_id and g.id = t.tag_id
    left join charge_target ct on ct.company_id = b.company_id and ct.id = b.target_id
    where b.company_id = ${ctx.companyId} and b.id = any (${[...ids]}::uuid[]) and t.ends_on is null limit 1`);
  if (row) throw chargingFail('standardBinding.followsTag', { ...row, action });
}
