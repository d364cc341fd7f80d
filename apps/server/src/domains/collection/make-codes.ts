import {
  type CollectionPurpose,
  collectionFail,
  type createCollectionCode as createEndpoint,
  type EndpointRequest,
  type makeDoorCodes as makeEndpoint,
  mostDoorCodes,
  platformFail,
  type updateCollectionCode as updateEndpoint,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { readCommunity } from './collection-setting.ts';

/**
 * Makes a code of the whole community. Errors: reference.notFound, collectionCode.nameTaken (409), collectionCode.itemRequired,
 * itemUnused, depositItem (422), scope.wholeCommunity (403).
 */
export async function createCode(ctx: Context, input: EndpointRequest<typeof createEndpoint>['body']): Promise<string> {
  const { communityId, name, purpose, chargeItemId, isRemarkRequired } = input;
  const community = await readCommunity(ctx, communityId);
  requireWholeCommunity(ctx, communityId, '小区收款码');
  await checkItem(ctx, purpose, chargeItemId);
  const id = ctx.newId();
  const written = await ctx.tx.run(sql`
    insert into collection_code (company_id, id, community_id, name, purpose, charge_item_id, is_remark_required, issue_id, issued_at, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${name}, ${purpose}, ${chargeItemId}, ${isRemarkRequired}, ${ctx.newId()}, ${nowText(ctx)}, ${nowText(ctx)},
      ${nowText(ctx)}) on conflict (company_id, community_id, name) where target_id is null do nothing`);
  if (written === 0) throw collectionFail('collectionCode.nameTaken', { community: community.name, name });
  await recordAudit(ctx, {
    action: 'collectionCode.create',
    targetKind: 'collectionCode',
    targetId: id,
    targetLabel: name,
    communityId,
    after: { name, purpose, chargeItemId, isRemarkRequired },
  });
  return id;
}

/**
 * Gives each house (of the community or one building), parking space or vehicle a code of its own; those that have one keep it.
 * Errors: reference.notFound, collectionCode.noPlaces, tooManyPlaces, depositItem (422).
 */
export async function makeDoorCodes(
  ctx: Context,
  input: EndpointRequest<typeof makeEndpoint>['body'],
): Promise<{ made: number; existing: number }> {
  const { communityId, targetKind, buildingId, chargeItemId, isRemarkRequired } = input;
  await readCommunity(ctx, communityId);
  await checkItem(ctx, 'prepaid', chargeItemId);
  const places = await findPlaces(ctx, input);
  if (places.length === 0) throw collectionFail('collectionCode.noPlaces');
  if (places.length > mostDoorCodes)
    throw collectionFail('collectionCode.tooManyPlaces', {
      limit: String(mostDoorCodes),
      count: String(places.length),
    });
  const made = await ctx.tx.run(sql`
    insert into collection_code (company_id, id, community_id, target_kind, target_id, name, purpose, charge_item_id, is_remark_required, issue_id, issued_at,
      created_at, updated_at)
    select ${ctx.companyId}, p.id, ${communityId}, ${targetKind}, p.target, p.label, 'prepaid', ${chargeItemId}, ${isRemarkRequired}, p.issue, ${nowText(ctx)},
      ${nowText(ctx)}, ${nowText(ctx)}
    from unnest(${places.map(() => ctx.newId())}::uuid[], ${places.map((place) => place.id)}::uuid[], ${places.map((place) => place.label)}::text[],
      ${places.map(() => ctx.newId())}::uuid[]) p (id, target, label, issue)
    on conflict (company_id, target_id) where target_id is not null do nothing`);
  await recordAudit(ctx, {
    action: 'collectionCode.makeDoors',
    targetKind: 'community',
    targetId: communityId,
    communityId,
    after: { targetKind, buildingId, made, existing: places.length - made },
  });
  return { made, existing: places.length - made };
}

/** One more than may be made at a time tells that there are too many. */
async function findPlaces(
  ctx: Context,
  { communityId, targetKind, buildingId }: EndpointRequest<typeof makeEndpoint>['body'],
): Promise<{ id: string; label: string }[]> {
  if (targetKind !== 'house')
    return ctx.tx.rows(sql`select id, label from charge_target where company_id = ${ctx.companyId} and kind = ${targetKind}
      and community_id = ${communityId} order by id limit ${mostDoorCodes + 1}`);
  if (buildingId === null)
    return ctx.tx.rows(sql`select id, full_name as label from house
      where company_id = ${ctx.companyId} and community_id = ${communityId} order by id limit ${mostDoorCodes + 1}`);
  const building = await ctx.tx.first(
    sql`select id from building where company_id = ${ctx.companyId} and community_id = ${communityId} and id = ${buildingId}`,
  );
  if (!building) throw platformFail('reference.notFound', { label: '楼宇' });
  return ctx.tx.rows(sql`select id, full_name as label from house
    where company_id = ${ctx.companyId} and community_id = ${communityId} and building_id = ${buildingId} order by id limit ${mostDoorCodes + 1}`);
}

/** Errors: resource.notFound, collectionCode.doorPurpose, nameTaken (409), those of the item (422). */
export async function updateCode(
  ctx: Context,
  id: string,
  { name, purpose, chargeItemId, isRemarkRequired }: EndpointRequest<typeof updateEndpoint>['body'],
): Promise<void> {
  const before = await ctx.tx.first<{
    name: string;
    purpose: CollectionPurpose;
    chargeItemId: string | null;
    isRemarkRequired: boolean;
    communityId: string;
    communityName: string;
    isDoor: boolean;
  }>(sql`select q.name, q.purpose, q.charge_item_id as "chargeItemId", q.is_remark_required as "isRemarkRequired", q.community_id as "communityId",
      c.name as "communityName", q.target_id is not null as "isDoor"
    from collection_code q join community c on c.company_id = q.company_id and c.id = q.community_id
    where q.company_id = ${ctx.companyId} and q.id = ${id} for no key update of q`);
  if (!before) throw platformFail('resource.notFound', { label: '收款码' });
  const { communityId, communityName, isDoor, ...was } = before;
  if (isDoor !== (purpose === 'prepaid')) throw collectionFail('collectionCode.doorPurpose', { name: was.name });
  await checkItem(ctx, purpose, chargeItemId);
  const taken = isDoor
    ? undefined
    : await ctx.tx.first(sql`select id from collection_code where company_id = ${ctx.companyId} and community_id = ${communityId}
        and name = ${name} and target_id is null and id <> ${id}`);
  if (taken) throw collectionFail('collectionCode.nameTaken', { community: communityName, name });
  await ctx.tx.run(sql`update collection_code set name = ${name}, purpose = ${purpose}, charge_item_id = ${chargeItemId}, is_remark_required = ${isRemarkRequired},
      updated_at = ${nowText(ctx)}, version = version + 1
    where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'collectionCode.update',
    targetKind: 'collectionCode',
    targetId: id,
    targetLabel: name,
    communityId,
    before: was,
    after: { name, purpose, chargeItemId, isRemarkRequired },
  });
}

/** The item must fit the purpose: income needs one, held money has none, prepaid may; none of them a deposit. */
async function checkItem(ctx: Context, purpose: CollectionPurpose, chargeItemId: string | null): Promise<void> {
  if (purpose === 'income' && chargeItemId === null) throw collectionFail('collectionCode.itemRequired');
  if (purpose === 'held' && chargeItemId !== null) throw collectionFail('collectionCode.itemUnused');
  if (chargeItemId === null) return;
  const item = await ctx.tx.first<{ name: string; kind: string }>(
    sql`select name, kind from charge_item where company_id = ${ctx.companyId} and id = ${chargeItemId}`,
  );
  if (!item) throw platformFail('reference.notFound', { label: '收费项目' });
  if (item.kind === 'deposit') throw collectionFail('collectionCode.depositItem', { item: item.name });
}
