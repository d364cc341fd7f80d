import { houseStatuses, type OfferTerms, type OfferView } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { BillAccount } from '../charging/index.ts';
import type { Offer, OfferedBill } from './apply-offers.ts';

/** Offers in force for a community on a day of payment, in the company's order. */
export async function readOffers(ctx: Context, communityId: string, receivedOn: string): Promise<Offer[]> {
  const rows = await ctx.tx.rows<{
    id: string;
    name: string;
    terms: OfferTerms;
    charge_item_ids: string[];
    is_stackable: boolean;
  }>(sql`
    select id, name, terms, charge_item_ids, is_stackable from offer
    where company_id = ${ctx.companyId} and is_enabled and valid_from <= ${receivedOn}::date and (valid_to is null or valid_to >= ${receivedOn}::date)
      and (community_ids = '{}' or ${communityId}::uuid = any (community_ids)) order by sort_order, name`);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    terms: row.terms,
    chargeItemIds: row.charge_item_ids,
    isStackable: row.is_stackable,
  }));
}

/** Bills with what offers ask of their targets: status and tags as they are now. */
export async function offeredBills(ctx: Context, bills: readonly BillAccount[]): Promise<OfferedBill[]> {
  const targetIds = [...new Set(bills.map((bill) => bill.targetId))];
  const rows = await ctx.tx.rows<{ id: string; status: string; tag_ids: string[] }>(sql`
    select h.id, h.status, array(select l.tag_id from house_tag l where l.company_id = h.company_id and l.house_id = h.id) as tag_ids
      from house h where h.company_id = ${ctx.companyId} and h.id = any (${targetIds}::uuid[])
    union all
    select p.id, '', array(select l.tag_id from charge_target_tag l where l.company_id = p.company_id and l.target_id = p.id)
      from charge_target p where p.company_id = ${ctx.companyId} and p.kind <> 'house' and p.id = any (${targetIds}::uuid[])`);
  const targets = new Map(rows.map((row) => [row.id, row]));
  return bills.map((bill) => ({
    id: bill.id,
    targetId: bill.targetId,
    chargeItemId: bill.chargeItemId,
    periodFrom: bill.periodFrom,
    periodTo: bill.periodTo,
    dueOn: bill.dueOn,
    principalFen: bill.outstandingFen,
    houseStatus: targets.get(bill.targetId)?.status ?? '',
    tagIds: targets.get(bill.targetId)?.tag_ids ?? [],
  }));
}

interface OfferRow {
  id: string;
  name: string;
  terms: OfferTerms;
  is_enabled: boolean;
  valid_from: string;
  valid_to: string | null;
  community_ids: string[];
  charge_item_ids: string[];
  is_stackable: boolean;
  note: string;
  version: number;
  community_names: string[];
  item_names: string[];
  tag_name: string | null;
  used_count: number;
  used_fen: Fen;
}

/** Every offer with how much it was used; communities out of the reader's sight are not named. */
export async function listOffers(ctx: Context): Promise<OfferView[]> {
  const rows = await ctx.tx.rows<OfferRow>(sql`
    select o.id, o.name, o.terms, o.is_enabled, o.valid_from, o.valid_to, o.community_ids, o.charge_item_ids, o.is_stackable, o.note, o.version,
      array(select c.name from community c where c.company_id = o.company_id and c.id = any (o.community_ids) order by c.sort_order, c.name) as community_names,
      array(select i.name from charge_item i where i.company_id = o.company_id and i.id = any (o.charge_item_ids) order by i.sort_order, i.name) as item_names,
      (select t.name from tag t where t.company_id = o.company_id and t.id = (o.terms ->> 'tagId')::uuid) as tag_name, u.used_count, u.used_fen
    from offer o cross join lateral (select count(distinct d.bill_id)::int as used_count, coalesce(sum(d.amount_fen), 0)::bigint as used_fen
      from bill_reduction d where d.company_id = o.company_id and d.offer_id = o.id) u
    where o.company_id = ${ctx.companyId} order by o.is_enabled desc, o.sort_order, o.name`);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    terms: row.terms,
    termsText: termsText(row.terms, row.tag_name ?? '已删除的标签'),
    isEnabled: row.is_enabled,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    communityIds: row.community_ids,
    communityNames: row.community_names,
    chargeItemIds: row.charge_item_ids,
    chargeItemNames: row.item_names,
    isStackable: row.is_stackable,
    note: row.note,
    usedCount: row.used_count,
    usedSum: formatYuan(row.used_fen),
    version: row.version,
  }));
}

/** What an offer gives, in one sentence. */
function termsText(terms: OfferTerms, tagName: string): string {
  switch (terms.kind) {
    case 'payMonthsGetFree':
      return `一次缴满 ${terms.months} 个月，接下来 ${terms.freeMonths} 个月免费`;
    case 'percentIfPaidBefore':
      return terms.daysBeforeDue === null
        ? `有效期内收清，减免 ${terms.percentOff}%`
        : `缴费期限前 ${terms.daysBeforeDue} 天收清，减免 ${terms.percentOff}%`;
    case 'fixedForTag':
      return `有“${tagName}”标签的，每张账单减 ${terms.amount} 元`;
    case 'percentForTag':
      return `有“${tagName}”标签的，减免 ${terms.percentOff}%`;
    case 'vacantRate':
      return `${terms.statuses.map((status) => houseStatuses[status]).join('、')}的房屋，减免 ${terms.percentOff}%`;
  }
}
