import {
  type AgreementState,
  agreementStates,
  type DeductionState,
  deductionStates,
  type OwnAgreements,
  type PaymentChannelKind,
  type PaymentStarted,
  paymentFail,
  platformFail,
} from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';
import { canAgree, listUsable, nextPlanned } from '../payments/index.ts';
import { type OwnTarget, readOwnTargets } from './own-targets.ts';

/** What a resident's houses and spaces in a community have signed, what was and will be taken, and where one may sign. */
export async function listOwnAgreements(
  ctx: Context,
  resident: SignedInResident,
  communityId: string,
): Promise<OwnAgreements> {
  const targets = await readOwnTargets(ctx, resident, communityId);
  const [first] = targets;
  if (!first) throw platformFail('reference.notFound', { label: '小区' });
  const agreements = await readOwn(ctx, resident, targets);
  const taken = new Set(agreements.filter((one) => one.state === 'active').map((one) => one.targetId));
  const plan = await readPlan(ctx, first);
  const usable = plan ? await listUsable(ctx, communityId, 'fees') : [];
  return {
    agreements,
    targets: targets.filter(({ id }) => !taken.has(id)).map(({ kind, id, name }) => ({ kind, id, name })),
    channels: usable.filter(canAgree).map(({ kind, name }) => ({ kind, name })),
    chargeItems: plan ? await readItems(ctx, plan.chargeItemIds) : [],
    plan: plan && {
      dayOfMonth: plan.dayOfMonth,
      atHour: plan.atHour,
      noticeHours: plan.noticeHours,
      nextOn: plan.nextOn,
    },
    deductions: await readDeductions(ctx, resident, targets),
  };
}

const mostRows = 50;

interface AgreementRow {
  id: string;
  target_id: string;
  channel_kind: PaymentChannelKind;
  state: AgreementState;
  items: string[];
  starts_on: string;
  limit_fen: Fen;
  signed_at: string | null;
  reason: string;
  is_own: boolean;
  started: PaymentStarted | null;
}

/** Those in force and the resident's own; what nobody signed in the end is left out after a day. */
async function readOwn(ctx: Context, resident: SignedInResident, targets: readonly OwnTarget[]) {
  const names = new Map(targets.map((target) => [target.id, target.name]));
  const since = ctx.clock.now().subtract({ hours: 24 }).toString();
  const rows = await ctx.tx.rows<AgreementRow>(sql`
    select a.id, a.target_id, a.channel_kind, a.state, a.starts_on, a.limit_fen, a.signed_at, a.reason, a.resident_id = ${resident.residentId} as is_own,
      array(select i.name from charge_item i where i.company_id = a.company_id and i.id = any (a.charge_item_ids) order by i.name) as items,
      case when a.state = 'signing' and a.expires_at > ${ctx.clock.now().toString()} then a.started end as started
    from payment_agreement a where a.company_id = ${ctx.companyId} and a.target_id = any (${[...names.keys()]}::uuid[])
      and (a.state = 'active' or (a.resident_id = ${resident.residentId} and (a.state = 'ended' or a.created_at > ${since})))
    order by a.state = 'active' desc, a.created_at desc, a.id desc limit ${mostRows}`);
  return rows.map((row) => ({
    id: row.id,
    targetId: row.target_id,
    targetName: names.get(row.target_id) ?? '',
    channelKind: row.channel_kind,
    state: row.state,
    stateLabel: agreementStates[row.state],
    whatFor: row.items.length === 0 ? '全部收费项目' : row.items.join('、'),
    startsOn: row.starts_on,
    limit: formatYuan(row.limit_fen),
    signedAt: row.signed_at,
    reason: row.reason,
    isOwn: row.is_own,
    started: row.is_own ? row.started : null,
  }));
}

interface PlanRow {
  dayOfMonth: number;
  atHour: number;
  noticeHours: number;
  decidedOn: string;
  chargeItemIds: string[];
}

async function readPlan(ctx: Context, { communityId, timeZone }: OwnTarget) {
  const row =
    await ctx.tx.first<PlanRow>(sql`select day_of_month as "dayOfMonth", at_hour as "atHour", notice_hours as "noticeHours",
      decided_on as "decidedOn", charge_item_ids as "chargeItemIds"
    from deduction_plan where company_id = ${ctx.companyId} and community_id = ${communityId} and is_on`);
  return row ? { ...row, nextOn: nextPlanned(row, businessDay(ctx.clock, timeZone)).toString() } : null;
}

/** Items the plan takes; nothing that is not taken is offered. */
function readItems(ctx: Context, ids: readonly string[]): Promise<{ id: string; name: string }[]> {
  return ctx.tx.rows<{ id: string; name: string }>(sql`select id, name from charge_item
    where company_id = ${ctx.companyId} and kind <> 'deposit' and (cardinality(${[...ids]}::uuid[]) = 0 or id = any (${[...ids]}::uuid[]))
    order by sort_order, name, id limit 50`);
}

interface DeductionRow {
  id: string;
  target_id: string;
  planned_on: string;
  state: DeductionState;
  amount_fen: Fen;
  reason: string;
  next_at: string | null;
  receipt_id: string | null;
}

async function readDeductions(ctx: Context, resident: SignedInResident, targets: readonly OwnTarget[]) {
  const names = new Map(targets.map((target) => [target.id, target.name]));
  const rows = await ctx.tx.rows<DeductionRow>(sql`
    select d.id, a.target_id, d.planned_on, d.state, d.amount_fen, d.reason, d.next_at,
      (select o.receipt_id from deduction_try t join payment_order o on o.company_id = t.company_id and o.id = t.order_id
        where t.company_id = d.company_id and t.deduction_id = d.id and t.outcome = 'paid' order by t.attempt limit 1) as receipt_id
    from deduction d join payment_agreement a on a.company_id = d.company_id and a.id = d.agreement_id
    where d.company_id = ${ctx.companyId} and a.resident_id = ${resident.residentId} and a.target_id = any (${[...names.keys()]}::uuid[])
    order by d.planned_on desc, d.id desc limit ${mostRows}`);
  return rows.map((row) => ({
    id: row.id,
    targetName: names.get(row.target_id) ?? '',
    plannedOn: row.planned_on,
    state: row.state,
    stateLabel: deductionStates[row.state],
    amount: formatYuan(row.amount_fen),
    reason: row.reason,
    nextAt: row.next_at,
    receiptId: row.receipt_id,
  }));
}

/** Refuses a house or space that is not the resident's own to pay for. Error: reference.notFound (422). */
export async function requireOwnTarget(
  ctx: Context,
  resident: SignedInResident,
  wanted: { communityId: string; targetKind: string; targetId: string },
): Promise<void> {
  const targets = await readOwnTargets(ctx, resident, wanted.communityId);
  const isOwn = targets.some((one) => one.id === wanted.targetId.toLowerCase() && one.kind === wanted.targetKind);
  if (!isOwn) throw platformFail('reference.notFound', { label: '房屋' });
}

/** An agreement whoever asks has signed. Errors: resource.notFound (404), agreement.notOwn (403). */
export async function requireOwnAgreement(ctx: Context, resident: SignedInResident, id: string): Promise<void> {
  const row = await ctx.tx.first<{
    is_own: boolean;
  }>(sql`select resident_id = ${resident.residentId} as is_own from payment_agreement
    where company_id = ${ctx.companyId} and id = ${id}`);
  if (!row) throw platformFail('resource.notFound', { label: '自动缴费' });
  if (!row.is_own) throw paymentFail('agreement.notOwn');
}
