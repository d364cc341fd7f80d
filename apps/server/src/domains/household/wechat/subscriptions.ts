import { householdFail, mostSubscriptionTemplates, type OwnSubscription, platformFail } from '@anlin/contract';
import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { listSubscriptionEvents } from '../../../platform/messages/subscription-events.ts';
import type { SignedInResident } from '../../../platform/resident-boundary.ts';
import { keepOpenId, sessionOpenId } from './keep-open-id.ts';
import { requireApplication } from './wechat-application.ts';

/** How long an answer may take that was asked for: the page of the mini-program may lie open. */
const answerHours = 1;

/** What the company tells by the mini-program, and how many messages of each may still come. */
export async function listSubscriptions(ctx: Context, { residentId }: SignedInResident): Promise<OwnSubscription[]> {
  const left = await ctx.tx.rows<{ template_id: string; event_kinds: string[] }>(sql`select s.template_id, s.event_kinds
    from subscription_consent s join channel_address a on a.company_id = s.company_id and a.id = s.channel_address_id
    where s.company_id = ${ctx.companyId} and a.resident_id = ${residentId} and a.channel = 'miniProgram'
      and s.given_at is not null and s.message_delivery_id is null and s.used_at is null`);
  return (await listSubscriptionEvents(ctx)).map(({ kind, templateId, title }) => ({
    kind,
    title,
    left: left.filter((one) => one.template_id === templateId && one.event_kinds.includes(kind)).length,
  }));
}

/**
 * What the mini-program is to ask WeChat for, written down beforehand: only what was asked for here is counted, once. Messages go to
 * the account that is asked from now on. Errors: household.wechatOff, household.wechatNeeded (409), reference.notFound (422).
 */
export async function askSubscriptions(
  ctx: Context,
  resident: SignedInResident,
  kinds: readonly string[] | undefined,
): Promise<{ askId: string | null; templateIds: string[] }> {
  const events = await listSubscriptionEvents(ctx);
  const isUnknown = kinds?.some((kind) => !events.some((one) => one.kind === kind)) ?? false;
  if (isUnknown) throw platformFail('reference.notFound', { label: '通知' });
  const wanted =
    kinds ?? (await listSubscriptions(ctx, resident)).filter((one) => one.left === 0).map((one) => one.kind);
  const templateIds = [
    ...new Set(events.filter((one) => wanted.includes(one.kind)).map((one) => one.templateId)),
  ].slice(0, mostSubscriptionTemplates);
  if (templateIds.length === 0) return { askId: null, templateIds };
  const addressId = await accountOf(ctx, resident);
  const askId = ctx.newId();
  for (const templateId of templateIds) {
    const stands = events.filter((one) => one.templateId === templateId).map((one) => one.kind);
    await ctx.tx.run(sql`insert into subscription_consent (company_id, id, channel_address_id, ask_id, template_id, event_kinds, asked_at)
      values (${ctx.companyId}, ${ctx.newId()}, ${addressId}, ${askId}, ${templateId}, ${stands}, ${nowText(ctx)})`);
  }
  return { askId, templateIds };
}

/** The account of the mini-program this session runs in, as the one messages of the person go to. */
async function accountOf(ctx: Context, resident: SignedInResident): Promise<string> {
  const { appId } = await requireApplication(ctx, 'miniProgram');
  const openId = await sessionOpenId(ctx, resident.sessionId, { kind: 'miniProgram', appId });
  if (openId === undefined) throw householdFail('household.wechatNeeded');
  await keepOpenId(ctx, resident, { kind: 'miniProgram', appId, openId });
  const row = await ctx.tx.first<{ id: string }>(sql`select id from channel_address
    where company_id = ${ctx.companyId} and resident_id = ${resident.residentId} and channel = 'miniProgram'`);
  if (!row) throw householdFail('household.wechatNeeded');
  return row.id;
}

/**
 * What the person agreed to of what was asked; an answer is counted once, however often it comes, and only within the hour. Returns
 * how many messages more may come. Error: resource.notFound (404).
 */
export async function answerSubscriptions(
  ctx: Context,
  { residentId }: SignedInResident,
  askId: string,
  accepted: readonly string[],
): Promise<{ count: number }> {
  const since = ctx.clock.now().subtract({ hours: answerHours }).toString();
  const asked = await ctx.tx.rows<{ id: string; template_id: string; given_at: string | null }>(sql`
    select s.id, s.template_id, s.given_at from subscription_consent s
      join channel_address a on a.company_id = s.company_id and a.id = s.channel_address_id
    where s.company_id = ${ctx.companyId} and s.ask_id = ${askId} and s.asked_at > ${since} and a.resident_id = ${residentId}
    order by s.id for update of s`);
  if (asked.length === 0) throw platformFail('resource.notFound', { label: '订阅询问' });
  // Told before: the same answer once more, after a page was loaded anew.
  if (asked.some((one) => one.given_at !== null)) return { count: asked.filter((one) => one.given_at !== null).length };
  const given = asked.filter((one) => accepted.includes(one.template_id)).map((one) => one.id);
  await ctx.tx.run(sql`update subscription_consent set given_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = any (${given}::uuid[])`);
  await ctx.tx.run(sql`delete from subscription_consent
    where company_id = ${ctx.companyId} and ask_id = ${askId} and given_at is null`);
  if (given.length === 0) return { count: 0 };
  await recordAudit(ctx, {
    action: 'subscription.give',
    targetKind: 'resident',
    targetId: residentId,
    after: { count: given.length },
  });
  return { count: given.length };
}
