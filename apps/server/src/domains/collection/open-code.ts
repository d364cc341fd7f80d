import {
  type ClientPlace,
  type CollectionPurpose,
  collectionFail,
  companyCode,
  type EndpointReply,
  type openCollectionCode as openEndpoint,
  type TargetKind,
} from '@anlin/contract';
import { formatYuan, parseYuan, sumFen } from '@anlin/money';
import { asSystem } from '../../platform/boundary.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readShareToken } from '../../platform/links/share-token.ts';
import { withinCommunity } from '../../platform/links/within-community.ts';
import type { Services } from '../../platform/services.ts';
import { readPayments, viewBill } from '../cashier/index.ts';
import { listUnpaidBills } from '../charging/index.ts';
import { listOwnPaymentWays } from '../household/index.ts';
import { type CodeRules, readRules } from './collection-setting.ts';

/** A code that is in use, with what its community allows. */
export interface ScannedCode {
  id: string;
  issueId: string;
  communityId: string;
  communityName: string;
  companyName: string;
  servicePhone: string;
  timeZone: string;
  name: string;
  targetKind: TargetKind | null;
  targetId: string | null;
  placeLabel: string;
  purpose: CollectionPurpose;
  chargeItemId: string | null;
  itemName: string;
  isRemarkRequired: boolean;
  rules: CodeRules;
}

/**
 * Works within the community of the code a token names; nobody is signed in. Made up, stopped, renewed, or its door is gone: the
 * same is told. Error: collectionCode.ended (404).
 */
export function withinCode<T>(
  services: Services,
  token: string,
  work: (ctx: Context, code: ScannedCode) => Promise<T>,
): Promise<T> {
  const shared = readShareToken(services.secret, 'collect', token);
  if (!shared) throw collectionFail('collectionCode.ended');
  return asSystem(services, shared.companyId, async (ctx) => {
    const code = await findCode(ctx, shared.linkId);
    if (!code) throw collectionFail('collectionCode.ended');
    return work(await withinCommunity(ctx, code.communityId), code);
  });
}

/** The code of an issue that is in use. */
export async function findCode(ctx: Context, issueId: string): Promise<ScannedCode | undefined> {
  const row = await ctx.tx.first<Omit<ScannedCode, 'rules'>>(sql`
    select q.id, q.issue_id as "issueId", q.community_id as "communityId", c.name as "communityName", o.name as "companyName",
      c.service_phone as "servicePhone", c.time_zone as "timeZone", q.name, q.target_kind as "targetKind", q.target_id as "targetId",
      coalesce(t.label, '') as "placeLabel", q.purpose, q.charge_item_id as "chargeItemId", coalesce(i.name, '') as "itemName",
      q.is_remark_required as "isRemarkRequired"
    from collection_code q join community c on c.company_id = q.company_id and c.id = q.community_id join company o on o.id = q.company_id
    left join charge_item i on i.company_id = q.company_id and i.id = q.charge_item_id
    left join charge_target t on t.company_id = q.company_id and t.id = q.target_id and t.kind = q.target_kind
    where q.company_id = ${ctx.companyId} and q.issue_id = ${issueId} and q.is_on and c.status <> 'left'
      and (q.target_id is null or t.id is not null)`);
  return row && { ...row, rules: await readRules(ctx, row.communityId) };
}

/** What whoever scans a code sees. */
export async function openCode(
  ctx: Context,
  code: ScannedCode,
  place: ClientPlace,
): Promise<EndpointReply<typeof openEndpoint>> {
  const { rules } = code;
  return {
    companyName: code.companyName,
    companyCode: companyCode(ctx.companyId),
    communityId: code.communityId,
    communityName: code.communityName,
    servicePhone: code.servicePhone,
    codeName: code.name,
    placeLabel: code.placeLabel,
    purpose: code.purpose,
    itemName: code.purpose === 'income' ? code.itemName : '',
    takesAmounts: rules.takesAmounts,
    minAmount: formatYuan(rules.minFen),
    maxAmount: formatYuan(rules.maxFen),
    isRemarkRequired: code.isRemarkRequired,
    remarkHint: rules.remarkHint,
    due: rules.showsDue && code.targetId !== null ? await dueAt(ctx, code, code.targetId) : null,
    channels: await listOwnPaymentWays(ctx, code.communityId, place),
  };
}

/** What the present owner owes there with late fees as of today, in one sum. */
async function dueAt(ctx: Context, { timeZone }: ScannedCode, targetId: string): Promise<string> {
  const bills = (await listUnpaidBills(ctx, [targetId])).filter((bill) => bill.debtorResidentId === null);
  const payments = await readPayments(ctx, bills);
  const today = businessDay(ctx.clock, timeZone).toString();
  const views = bills.map((bill) => viewBill(bill, '', payments.get(bill.id) ?? [], today));
  return formatYuan(sumFen(views.map((view) => parseYuan(view.toPay))));
}
