import {
  cashierFail,
  type createOffer as createEndpoint,
  type EndpointRequest,
  offerKinds,
  platformFail,
  type updateOffer as updateEndpoint,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

type OfferInput = EndpointRequest<typeof createEndpoint>['body'];
const label = '优惠活动';

/** Adds an offer as the last one. Errors: reference.notFound, offer.period (422), resource.duplicate (409). */
export async function createOffer(ctx: Context, offer: OfferInput): Promise<{ id: string }> {
  await checkOffer(ctx, offer, null);
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into offer (company_id, id, name, terms, is_enabled, valid_from, valid_to, community_ids, charge_item_ids, is_stackable,
      sort_order, note, created_at, updated_at)
    select ${ctx.companyId}, ${id}, ${offer.name}, ${JSON.stringify(offer.terms)}, ${offer.isEnabled}, ${offer.validFrom}::date, ${offer.validTo}::date,
      ${offer.communityIds}::uuid[], ${offer.chargeItemIds}::uuid[], ${offer.isStackable}, coalesce(max(sort_order), 0) + 1, ${offer.note},
      ${nowText(ctx)}, ${nowText(ctx)} from offer where company_id = ${ctx.companyId}`);
  await audit(ctx, 'create', { id, name: offer.name }, undefined, wordsOf(offer));
  return { id };
}

/** Changes an offer; what it gave stays. Errors as above, and resource.changed (409). */
export async function updateOffer(
  ctx: Context,
  id: string,
  { version, ...offer }: EndpointRequest<typeof updateEndpoint>['body'],
): Promise<void> {
  const before = await lockOffer(ctx, id);
  if (before.version !== version) throw platformFail('resource.changed', { label });
  await checkOffer(ctx, offer, id);
  await ctx.tx.run(sql`update offer set name = ${offer.name}, terms = ${JSON.stringify(offer.terms)}, is_enabled = ${offer.isEnabled},
      valid_from = ${offer.validFrom}::date, valid_to = ${offer.validTo}::date, community_ids = ${offer.communityIds}::uuid[],
      charge_item_ids = ${offer.chargeItemIds}::uuid[], is_stackable = ${offer.isStackable}, note = ${offer.note}, version = version + 1,
      updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(
    ctx,
    'update',
    { id, name: offer.name },
    { name: before.name, isEnabled: before.is_enabled },
    wordsOf(offer),
  );
}

/** Deletes an offer nobody used yet; one that was used is disabled instead (409). */
export async function deleteOffer(ctx: Context, id: string): Promise<void> {
  const before = await lockOffer(ctx, id);
  const used = await ctx.tx.first(
    sql`select from bill_reduction where company_id = ${ctx.companyId} and offer_id = ${id} limit 1`,
  );
  if (used) throw cashierFail('offer.used', { offer: before.name });
  await ctx.tx.run(sql`delete from offer where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'delete', { id, name: before.name }, { name: before.name }, undefined);
}

async function lockOffer(ctx: Context, id: string): Promise<{ name: string; is_enabled: boolean; version: number }> {
  const row = await ctx.tx.first<{ name: string; is_enabled: boolean; version: number }>(
    sql`select name, is_enabled, version from offer where company_id = ${ctx.companyId} and id = ${id} for update`,
  );
  if (!row) throw platformFail('resource.notFound', { label });
  return row;
}

async function checkOffer(ctx: Context, offer: OfferInput, id: string | null): Promise<void> {
  if (offer.validTo !== null && offer.validTo < offer.validFrom) throw cashierFail('offer.period');
  const tagId = 'tagId' in offer.terms ? offer.terms.tagId : null;
  const row = await ctx.tx.first<{ communities: number; items: number; has_tag: boolean; is_taken: boolean }>(sql`
    select (select count(*)::int from community c where c.company_id = ${ctx.companyId} and c.id = any (${offer.communityIds}::uuid[])) as communities,
      (select count(*)::int from charge_item i where i.company_id = ${ctx.companyId} and i.id = any (${offer.chargeItemIds}::uuid[])) as items,
      ${tagId}::uuid is null or exists (select from tag t where t.company_id = ${ctx.companyId} and t.id = ${tagId}::uuid) as has_tag,
      exists (select from offer o where o.company_id = ${ctx.companyId} and o.name = ${offer.name} and o.id is distinct from ${id}::uuid) as is_taken`);
  if (row!.communities < new Set(offer.communityIds).size) throw platformFail('reference.notFound', { label: '小区' });
  if (row!.items < new Set(offer.chargeItemIds).size) throw platformFail('reference.notFound', { label: '收费项目' });
  if (!row!.has_tag) throw platformFail('reference.notFound', { label: '标签' });
  if (row!.is_taken) throw cashierFail('offer.nameTaken', { offer: offer.name });
}

const wordsOf = (offer: OfferInput) => ({
  name: offer.name,
  kind: offerKinds[offer.terms.kind],
  isEnabled: offer.isEnabled,
  validFrom: offer.validFrom,
  validTo: offer.validTo ?? '',
});

async function audit(
  ctx: Context,
  action: 'create' | 'update' | 'delete',
  offer: { id: string; name: string },
  before: Record<string, unknown> | undefined,
  after: Record<string, unknown> | undefined,
): Promise<void> {
  await recordAudit(ctx, {
    action: `offer.${action}`,
    targetKind: 'offer',
    targetId: offer.id,
    targetLabel: offer.name,
    communityId: null,
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
  });
}
