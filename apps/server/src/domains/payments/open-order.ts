import { createHash } from 'node:crypto';
import {
  type PaymentApplication,
  type PaymentBody,
  type PaymentChannelKind,
  paymentFail,
  platformFail,
} from '@anlin/contract';
import { addFen, type Fen, formatYuan, parseYuan, sumFen, zeroFen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type QuotedBill, quoteBills } from '../cashier/index.ts';
import { chooseChannel } from './channel-account.ts';
import type { PaymentWay } from './channels/payment-channel.ts';
import { lockOrder, type PaymentOrder } from './order-row.ts';
import { lessPrepaid, type OrderSequel, sequelText, writeSequel } from './order-sequel.ts';

/** How long a payer may take. A payer's code is good for a minute; its order is given up sooner. */
const openMinutes = 15;
const codeMinutes = 5;
const longestDescription = 60;

/** Who asks for a payment: an owner or tenant in their own client, or the desk. */
export interface PaymentAsker {
  residentId: string | null;
  staffId: string | null;
  clientIp: string;
  /** The link somebody else pays by: its order leads back to the link, so it is nobody else's to take up. */
  payLinkId?: string;
  /** The collection code that was scanned, and what an amount paid by it becomes. */
  collection?: PaymentByCode;
  /** What follows once the money has come. */
  sequel?: OrderSequel;
}

/** Money by a collection code: for a place it is prepaid, like any; without one all of it is kept, or income of an item. */
export interface PaymentByCode {
  codeId: string;
  /** What the payer reads: the name of the code. */
  codeName: string;
  remark: string;
  heldItemId: string | null;
  incomeItemId: string | null;
}

/** What is asked for. Only money by a collection code may be for no house or space. */
export type PaymentRequest = Omit<PaymentBody, 'targetKind' | 'targetId'> & {
  targetKind: PaymentBody['targetKind'] | null;
  targetId: string | null;
};

/**
 * Finds or writes the order of a payment (PAY-2), in the caller's transaction; the channel is told afterwards. What it pays is
 * frozen: the bills as the payer saw them, refused when that changed (409). The same key is the same order, and so is the same
 * payment asked for again while its order is open. Errors: payment.*, receipt.*, reference.notFound.
 */
export async function openOrder(ctx: Context, input: PaymentRequest, asker: PaymentAsker): Promise<PaymentOrder> {
  const { collection } = asker;
  const requestHash = hashOf([input, asker.residentId, asker.staffId, ...(collection ? [collection] : [])]);
  const earlier = await findByKey(ctx, input.idempotencyKey, requestHash);
  if (earlier) return lockOrder(ctx, earlier);
  const desk = await readDesk(ctx, input, asker);
  checkWay(input);
  const channel = await chooseChannel(ctx, input);
  const quoted = await quoteBills(ctx, { ...input, day: businessDay(ctx.clock, desk.timeZone).toString() });
  const bills = lessPrepaid(quoted, asker.sequel);
  const topUps = await checkTopUps(ctx, input);
  const own = ownItemOf(asker);
  const amountFen = own
    ? parseYuan(input.expectedTotal)
    : sumFen([...bills.map((one) => addFen(one.principalFen, one.lateFeeFen)), ...topUps.map((one) => one.amountFen)]);
  if (amountFen === zeroFen) throw paymentFail('payment.empty');
  if (amountFen !== parseYuan(input.expectedTotal))
    throw paymentFail('payment.wrongSum', { lines: formatYuan(amountFen), total: input.expectedTotal });
  const sameAs = hashOf([
    channel.id,
    { ...input, idempotencyKey: '', payerName: '', returnUrl: '' },
    asker.residentId,
    asker.staffId,
    asker.payLinkId ?? null,
    // Two neighbours who pay the same by one code pay twice.
    ...(collection ? [collection.codeId, input.idempotencyKey] : []),
    sequelText(asker.sequel),
  ]);
  const open = await findOpen(ctx, input.way, sameAs);
  if (open) return lockOrder(ctx, open);
  return writeOrder(ctx, { input, asker, channel, bills, topUps, amountFen, desk, requestHash, sameAs });
}

/** Everything in an order that does not depend on how it was written. */
export function hashOf(parts: readonly unknown[]): Buffer {
  const sorted = JSON.stringify(parts, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(sorted).digest();
}

async function findByKey(ctx: Context, key: string, requestHash: Buffer): Promise<string | undefined> {
  // One attempt of a key at a time: two clicks would otherwise make two orders.
  await ctx.tx.rows(sql`select pg_advisory_xact_lock(hashtextextended(${`payment ${ctx.companyId} ${key}`}, 0))`);
  const row = await ctx.tx.first<{ id: string; request_hash: Buffer }>(sql`select id, request_hash from payment_order
    where company_id = ${ctx.companyId} and idempotency_key = ${key}`);
  if (row && !row.request_hash.equals(requestHash)) throw paymentFail('payment.keyReused');
  return row?.id;
}

/** An order for the very same that the payer can still use. A payer's code is charged once. */
async function findOpen(ctx: Context, way: PaymentWay, sameAs: Buffer): Promise<string | undefined> {
  if (way === 'payerCode') return undefined;
  await ctx.tx.rows(
    sql`select pg_advisory_xact_lock(hashtextextended(${`payment ${ctx.companyId} ${sameAs.toString('hex')}`}, 0))`,
  );
  const soonest = ctx.clock.now().add({ minutes: 2 }).toString();
  const row = await ctx.tx.first<{ id: string }>(sql`select id from payment_order
    where company_id = ${ctx.companyId} and same_as = ${sameAs} and state in ('created', 'paying', 'unknown') and expires_at > ${soonest}
    order by created_at desc, id desc limit 1`);
  return row?.id;
}

interface PaymentDesk {
  timeZone: string;
  communityName: string;
  targetName: string;
}

/** The item all of a payment by a code is for, where it is for no bill and no prepaid. */
const ownItemOf = ({ collection }: PaymentAsker): string | null =>
  collection?.heldItemId ?? collection?.incomeItemId ?? null;

async function readDesk(
  ctx: Context,
  { communityId, targetKind, targetId }: PaymentRequest,
  asker: PaymentAsker,
): Promise<PaymentDesk> {
  const community = await ctx.tx.first<{ name: string; time_zone: string }>(
    sql`select name, time_zone from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!community) throw platformFail('reference.notFound', { label: '小区' });
  if (targetId === null && ownItemOf(asker) !== null)
    return { timeZone: community.time_zone, communityName: community.name, targetName: asker.collection!.codeName };
  const target = await ctx.tx.first<{ name: string }>(sql`select label as name from charge_target
    where company_id = ${ctx.companyId} and community_id = ${communityId} and kind = ${targetKind} and id = ${targetId}`);
  if (!target) throw platformFail('reference.notFound', { label: '收费对象' });
  return { timeZone: community.time_zone, communityName: community.name, targetName: target.name };
}

function checkWay({ way, openId, payerCode }: PaymentRequest): void {
  if ((way === 'jsapi' || way === 'miniProgram') && !openId) throw paymentFail('payment.openIdRequired');
  if (way === 'payerCode' && !payerCode) throw paymentFail('payment.payerCodeRequired');
}

interface TopUp {
  chargeItemId: string | null;
  amountFen: Fen;
}

/** Prepaid may be general or for an item that is not a deposit; each once. */
async function checkTopUps(ctx: Context, { topUps = [] }: PaymentRequest): Promise<TopUp[]> {
  const ids = topUps.flatMap((one) => one.chargeItemId?.toLowerCase() ?? []);
  const rows = await ctx.tx.rows<{ id: string }>(sql`select id from charge_item
    where company_id = ${ctx.companyId} and id = any (${ids}::uuid[]) and kind <> 'deposit'`);
  if (rows.length < new Set(ids).size) throw platformFail('reference.notFound', { label: '收费项目' });
  const sums = new Map<string | null, Fen>();
  for (const { chargeItemId, amount } of topUps) {
    const key = chargeItemId?.toLowerCase() ?? null;
    sums.set(key, addFen(sums.get(key) ?? zeroFen, parseYuan(amount)));
  }
  return [...sums].map(([chargeItemId, amountFen]) => ({ chargeItemId, amountFen }));
}

export interface NewOrder {
  input: PaymentRequest;
  asker: PaymentAsker;
  channel: { id: string; kind: PaymentChannelKind };
  bills: readonly QuotedBill[];
  topUps: readonly TopUp[];
  amountFen: Fen;
  desk: PaymentDesk;
  requestHash: Buffer;
  sameAs: Buffer;
  /** How long the payer or the channel may take; left out, as long as the way usually takes. */
  minutes?: number;
}

/** Writes an order whose sums were checked, its bills under their locks. */
export async function writeOrder(ctx: Context, order: NewOrder): Promise<PaymentOrder> {
  const { input, asker, channel, bills, topUps } = order;
  const id = ctx.newId();
  const minutes = order.minutes ?? (input.way === 'payerCode' ? codeMinutes : openMinutes);
  const expiresAt = ctx.clock.now().add({ minutes });
  // Due at once: should this process die before the channel answers, the next sweep asks it.
  const nextQueryAt = ctx.clock.now().add({ seconds: 30 }).toString();
  const topUpsText = JSON.stringify(
    topUps.map((one) => ({ chargeItemId: one.chargeItemId, fen: one.amountFen.toString() })),
  );
  await ctx.tx.run(sql`
    insert into payment_order (company_id, id, community_id, channel_id, channel_kind, application, way, order_no, target_kind, target_id, amount_fen,
      top_ups, description, payer_name, resident_id, staff_id, open_id, client_ip, return_url, same_as, idempotency_key, request_hash, created_at,
      expires_at, next_query_at, collection_code_id, held_item_id, income_item_id, remark)
    values (${ctx.companyId}, ${id}, ${input.communityId}, ${channel.id}, ${channel.kind}, ${input.application}, ${input.way}, ${id.replaceAll('-', '')},
      ${input.targetKind}, ${input.targetId}, ${order.amountFen.toString()}, ${topUpsText}, ${describe(order)}, ${input.payerName}, ${asker.residentId},
      ${asker.staffId}, ${input.openId ?? ''}, ${asker.clientIp}, ${input.returnUrl ?? ''}, ${order.sameAs}, ${input.idempotencyKey},
      ${order.requestHash}, ${nowText(ctx)}, ${expiresAt.toString()}, ${nextQueryAt}, ${asker.collection?.codeId ?? null},
      ${asker.collection?.heldItemId ?? null}, ${asker.collection?.incomeItemId ?? null}, ${asker.collection?.remark ?? ''})`);
  await ctx.tx.run(sql`
    insert into payment_order_bill (company_id, id, community_id, order_id, bill_id, principal_fen, late_fee_fen)
    select ${ctx.companyId}, b.id, ${input.communityId}, ${id}, b.bill, b.principal, b.late_fee
    from unnest(${bills.map(() => ctx.newId())}::uuid[], ${bills.map((one) => one.billId)}::uuid[],
      ${bills.map((one) => one.principalFen.toString())}::bigint[], ${bills.map((one) => one.lateFeeFen.toString())}::bigint[]) b (id, bill, principal, late_fee)`);
  await writeSequel(ctx, { id, communityId: input.communityId }, order.asker.sequel);
  return lockOrder(ctx, id);
}

const applicationNames: Readonly<Record<PaymentApplication, string>> = {
  fees: '物业缴费',
  bookings: '预约缴费',
  parking: '停车缴费',
};

/** What the payer reads: where, whose house, what for. No person's name. */
function describe({ input, bills, topUps, desk }: NewOrder): string {
  const first = bills[0]?.label ?? (topUps.length > 0 ? '预存款' : applicationNames[input.application]);
  const more = bills.length > 1 ? `等${bills.length}笔` : '';
  return Array.from(`${desk.communityName} ${desk.targetName} ${first}${more}`).slice(0, longestDescription).join('');
}
