import {
  channelKinds,
  type PaymentChannelKind,
  type PaymentStarted,
  paymentFail,
  platformFail,
  type TargetKind,
} from '@anlin/contract';
import { type Fen, parseYuan } from '@anlin/money';
import { asSystem } from '../../../platform/boundary.ts';
import { businessDay } from '../../../platform/clock.ts';
import { type Context, nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { enqueueJobAt } from '../../../platform/jobs/enqueue-job.ts';
import type { Services } from '../../../platform/services.ts';
import { callbackAddress } from '../callback-address.ts';
import { accountOf, listUsable, type OwnChannel, readChannel } from '../channel-account.ts';
import { channelOf } from '../channels/index.ts';
import { ChannelRefusal, ChannelSilence, type Started } from '../channels/payment-channel.ts';
import { nextLook } from '../follow-schedule.ts';
import { answerMs, type Run } from '../start-payment.ts';
import { agreementColumns, lockAgreement, type PaymentAgreement, readTargetName } from './agreement-row.ts';
import { nextPlanned } from './plan-days.ts';
import { lockTarget } from './settle-agreement.ts';

/** How long a signing may take. */
const signingHours = 2;

export interface AgreementWanted {
  communityId: string;
  targetKind: TargetKind;
  targetId: string;
  channelKind: PaymentChannelKind;
  chargeItemIds: readonly string[];
  /** Null: from today. */
  startsOn: string | null;
  /** Yuan, the most that is taken at once. */
  limit: string;
}

export interface AgreementSigner {
  residentId: string;
  clientIp: string;
  returnUrl: string;
  /** Whether the page runs inside the channel's own app. */
  isInside: boolean;
}

interface Opened {
  companyId: string;
  agreement: PaymentAgreement;
  channel: OwnChannel;
  label: string;
  firstOn: Temporal.PlainDate;
}

/**
 * A resident signs that what a house or space owes is taken at a channel (PAY-5): the agreement is written in the resident's
 * transaction, the channel says where to sign outside of any. Whether it was signed is heard from the channel, or asked. Asked for
 * again, the same signing is opened again. Errors: agreement.*, reference.notFound.
 */
export async function signAgreement(
  services: Services,
  run: Run,
  wanted: AgreementWanted,
  signer: AgreementSigner,
): Promise<{ id: string; started: PaymentStarted }> {
  const opened = await run((ctx) => openAgreement(ctx, wanted, signer));
  const { agreement, channel, companyId } = opened;
  const name = channelKinds[channel.kind];
  const account = accountOf(channel);
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: answerMs };
  const terms = {
    code: agreement.code,
    label: opened.label,
    limitFen: agreement.limitFen,
    firstOn: opened.firstOn,
    notifyUrl: callbackAddress(account, companyId, 'agreement'),
    returnUrl: signer.returnUrl,
    clientIp: signer.clientIp,
    isInside: signer.isInside,
  };
  try {
    const started = await channelOf(channel.kind)!.agreements!.sign(account, terms, outside);
    if (started.kind === 'paid') throw new Error('signing takes no money');
    await asSystem(services, companyId, (ctx) => writeStarted(ctx, agreement.id, started));
    return { id: agreement.id, started };
  } catch (error) {
    if (error instanceof ChannelRefusal) {
      await asSystem(services, companyId, (ctx) => refuse(ctx, agreement.id, error.reason));
      throw paymentFail('agreement.refused', { channel: name, reason: error.reason });
    }
    if (error instanceof ChannelSilence) throw paymentFail('agreement.silent', { channel: name });
    throw error;
  }
}

async function openAgreement(ctx: Context, wanted: AgreementWanted, signer: AgreementSigner): Promise<Opened> {
  const { communityId, targetId } = wanted;
  const place = await ctx.tx.first<{
    name: string;
    time_zone: string;
    day: number | null;
    decided_on: string | null;
  }>(sql`
    select c.name, c.time_zone, p.day_of_month as day, p.decided_on from community c
    left join deduction_plan p on p.company_id = c.company_id and p.community_id = c.id and p.is_on
    where c.company_id = ${ctx.companyId} and c.id = ${communityId}`);
  const targetName = await readTargetName(ctx, wanted);
  if (!place || !targetName) throw platformFail('reference.notFound', { label: '房屋' });
  if (place.day === null) throw paymentFail('agreement.noPlan', { community: place.name });
  const usable = await listUsable(ctx, communityId, 'fees');
  const channel = usable.find((one) => one.kind === wanted.channelKind && canAgree(one));
  if (!channel)
    throw paymentFail('agreement.noChannel', { community: place.name, channel: channelKinds[wanted.channelKind] });
  await checkItems(ctx, wanted.chargeItemIds);
  await lockTarget(ctx, targetId);
  const today = businessDay(ctx.clock, place.time_zone);
  const startsOn = wanted.startsOn !== null && wanted.startsOn > today.toString() ? wanted.startsOn : today.toString();
  const firstOn = firstDay({ decidedOn: place.decided_on!, dayOfMonth: place.day }, today, startsOn);
  const limitFen = parseYuan(wanted.limit);
  const agreement =
    (await findSigning(ctx, wanted, signer, { channelId: channel.id, startsOn, limitFen })) ??
    (await writeAgreement(ctx, wanted, signer, { channel, startsOn, limitFen, targetName }));
  return {
    companyId: ctx.companyId,
    agreement,
    channel: (await readChannel(ctx, channel.id))!,
    label: `${place.name} ${targetName} 物业缴费`,
    firstOn,
  };
}

/** Whether residents may sign at an account. */
export function canAgree({ kind, account }: Pick<OwnChannel, 'kind' | 'account'>): boolean {
  return account !== null && (channelOf(kind)?.agreements?.isReady(account) ?? false);
}

function firstDay(plan: { decidedOn: string; dayOfMonth: number }, today: Temporal.PlainDate, startsOn: string) {
  let planned = nextPlanned(plan, today);
  while (planned.toString() < startsOn) planned = planned.add({ months: 1 });
  return planned;
}

async function checkItems(ctx: Context, ids: readonly string[]): Promise<void> {
  const rows = await ctx.tx.rows(sql`select id from charge_item
    where company_id = ${ctx.companyId} and id = any (${[...ids]}::uuid[]) and kind <> 'deposit'`);
  if (rows.length < new Set(ids.map((id) => id.toLowerCase())).size)
    throw platformFail('reference.notFound', { label: '收费项目' });
}

/** The same signing, still open. One in force stands in the way. */
async function findSigning(
  ctx: Context,
  wanted: AgreementWanted,
  signer: AgreementSigner,
  terms: { channelId: string; startsOn: string; limitFen: Fen },
): Promise<PaymentAgreement | undefined> {
  const active = await ctx.tx.first(sql`select id from payment_agreement
    where company_id = ${ctx.companyId} and target_id = ${wanted.targetId} and state = 'active'`);
  if (active) {
    const target = (await readTargetName(ctx, wanted)) ?? '';
    throw paymentFail('agreement.exists', { target });
  }
  const soonest = ctx.clock.now().add({ minutes: 10 }).toString();
  return ctx.tx.first<PaymentAgreement>(sql`select ${agreementColumns} from payment_agreement
    where company_id = ${ctx.companyId} and target_id = ${wanted.targetId} and state = 'signing' and resident_id = ${signer.residentId}
      and channel_id = ${terms.channelId} and starts_on = ${terms.startsOn} and limit_fen = ${terms.limitFen.toString()}
      and charge_item_ids = ${[...wanted.chargeItemIds]}::uuid[] and expires_at > ${soonest}
    order by created_at desc, id desc limit 1`);
}

async function writeAgreement(
  ctx: Context,
  wanted: AgreementWanted,
  signer: AgreementSigner,
  terms: { channel: OwnChannel; startsOn: string; limitFen: Fen; targetName: string },
): Promise<PaymentAgreement> {
  const id = ctx.newId();
  const { channel, startsOn, limitFen } = terms;
  const now = ctx.clock.now();
  await ctx.tx.run(sql`
    insert into payment_agreement (company_id, id, community_id, channel_id, channel_kind, code, resident_id, target_kind, target_id, charge_item_ids,
      starts_on, limit_fen, created_at, expires_at, next_query_at)
    values (${ctx.companyId}, ${id}, ${wanted.communityId}, ${channel.id}, ${channel.kind}, ${id.replaceAll('-', '')}, ${signer.residentId},
      ${wanted.targetKind}, ${wanted.targetId}, ${[...wanted.chargeItemIds]}::uuid[], ${startsOn}, ${limitFen.toString()}, ${nowText(ctx)},
      ${now.add({ hours: signingHours }).toString()}, ${now.add({ seconds: 30 }).toString()})`);
  return lockAgreement(ctx, id);
}

async function writeStarted(ctx: Context, id: string, started: Started): Promise<void> {
  const agreement = await lockAgreement(ctx, id);
  if (agreement.state !== 'signing') return;
  const at = nextLook(ctx.clock.now(), agreement.queryCount);
  await ctx.tx.run(sql`update payment_agreement set started = ${JSON.stringify(started)}::jsonb, next_query_at = ${at.toString()}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await enqueueJobAt(ctx, 'sweepCompany', {}, `payments later ${ctx.companyId}`, at);
}

async function refuse(ctx: Context, id: string, reason: string): Promise<void> {
  await ctx.tx.run(sql`update payment_agreement set state = 'refused', reason = ${reason.slice(0, 200)}, next_query_at = null
    where company_id = ${ctx.companyId} and id = ${id} and state = 'signing'`);
}
