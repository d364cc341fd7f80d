import {
  type ClientPlace,
  type EndpointReply,
  householdFail,
  type openPayLink as openEndpoint,
  platformFail,
} from '@anlin/contract';
import { formatYuan, parseYuan, sumFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { asSystem } from '../../platform/boundary.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readShareToken, shareToken } from '../../platform/links/share-token.ts';
import { withinCommunity } from '../../platform/links/within-community.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';
import type { Services } from '../../platform/services.ts';
import { type Debt, readDebts } from './link-debts.ts';
import { readOwnDues } from './list-dues.ts';
import { readOwnTargets } from './own-targets.ts';
import { checkOrder, listOwnPaymentWays } from './pay.ts';

const linkDays = 3;

/**
 * Makes a link of bills for somebody else to pay. What may not be paid together may not be given away together either.
 * Errors: reference.notFound, household.payOrder.
 */
export async function sharePayment(
  ctx: Context,
  secret: Buffer,
  resident: SignedInResident,
  input: { communityId: string; billIds: readonly string[] },
): Promise<{ id: string; path: string; expiresAt: string }> {
  const targets = await readOwnTargets(ctx, resident, input.communityId);
  const dues = await readOwnDues(ctx, targets);
  const chosen = new Set(input.billIds.map((id) => id.toLowerCase()));
  const known = dues.filter((bill) => chosen.has(bill.id));
  if (known.length < chosen.size || targets.length === 0) throw platformFail('reference.notFound', { label: '账单' });
  await checkOrder(ctx, input.communityId, dues, chosen, targets[0]!);
  const id = ctx.newId();
  const expiresAt = ctx.clock
    .now()
    .add({ hours: 24 * linkDays })
    .toString({ smallestUnit: 'millisecond' });
  await ctx.tx.run(sql`insert into pay_link (company_id, id, community_id, resident_id, bill_ids, created_at, expires_at)
    values (${ctx.companyId}, ${id}, ${input.communityId}, ${resident.residentId}, ${[...chosen]}::uuid[], ${nowText(ctx)}, ${expiresAt})`);
  await recordAudit(ctx, {
    action: 'payLink.create',
    targetKind: 'resident',
    targetId: resident.residentId,
    communityId: input.communityId,
    after: { linkId: id, bills: chosen.size, expiresAt },
  });
  return { id, path: `/m/pay/${shareToken(secret, 'pay', { companyId: ctx.companyId, linkId: id })}`, expiresAt };
}

export interface OpenLink {
  id: string;
  residentId: string;
  communityId: string;
  expiresAt: string;
  debts: Debt[];
}

/**
 * Works within the community of a link that has not ended; nobody is signed in, and only the link's bills are read. A link ends
 * with its time, and when the person who made it no longer lives where the bills are. Error: household.payLinkEnded.
 */
export async function withinLink<T>(
  services: Services,
  token: string,
  work: (ctx: Context, link: OpenLink) => Promise<T>,
): Promise<T> {
  const shared = readShareToken(services.secret, 'pay', token);
  if (!shared) throw householdFail('household.payLinkEnded');
  return asSystem(services, shared.companyId, async (ctx) => {
    const link = await ctx.tx.first<{
      community_id: string;
      resident_id: string;
      bill_ids: string[];
      expires_at: string;
    }>(sql`select community_id, resident_id, bill_ids, expires_at from pay_link
      where company_id = ${ctx.companyId} and id = ${shared.linkId} and expires_at > ${nowText(ctx)}`);
    if (!link) throw householdFail('household.payLinkEnded');
    const narrow = await withinCommunity(ctx, link.community_id);
    const debts = await readDebts(narrow, link.resident_id, link.bill_ids);
    if (!debts) throw householdFail('household.payLinkEnded');
    return work(narrow, {
      id: shared.linkId,
      residentId: link.resident_id,
      communityId: link.community_id,
      expiresAt: link.expires_at,
      debts,
    });
  });
}

export const totalOf = (debts: readonly Debt[]): string =>
  formatYuan(sumFen(debts.map((debt) => parseYuan(debt.toPay))));

/** What a link shows: what is still due of its bills, for whom in part, and how to pay. */
export async function openPayLink(
  ctx: Context,
  link: OpenLink,
  place: ClientPlace,
): Promise<EndpointReply<typeof openEndpoint>> {
  const row = await ctx.tx.first<{
    company: string;
    community: string;
    service_phone: string;
    name: string;
  }>(sql`select o.name as company, c.name as community, c.service_phone, r.name from community c join company o on o.id = c.company_id
    join resident r on r.company_id = c.company_id and r.id = ${link.residentId}
    where c.company_id = ${ctx.companyId} and c.id = ${link.communityId}`);
  if (!row) throw householdFail('household.payLinkEnded');
  return {
    companyName: row.company,
    communityName: row.community,
    servicePhone: row.service_phone,
    forWhom: maskName(row.name),
    lines: link.debts.map(({ billId, name, period, toPay }) => ({ id: billId, name, period, toPay })),
    total: totalOf(link.debts),
    expiresAt: link.expiresAt,
    channels: await listOwnPaymentWays(ctx, link.communityId, place),
  };
}

/** 张三丰 → 张** */
function maskName(name: string): string {
  const [first = '', ...rest] = Array.from(name);
  return `${first}${'*'.repeat(Math.max(1, rest.length))}`;
}
