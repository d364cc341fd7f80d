import {
  denominations,
  type EndpointReply,
  type EndpointRequest,
  type closeShift as endpoint,
  platformFail,
  shiftFail,
} from '@anlin/contract';
import { type Fen, fen, formatYuan, negateFen, parseYuan, subtractFen, sumFen, zeroFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { nextNumber } from '../../platform/numbers/next-number.ts';
import {
  expectedFen,
  type FigureRow,
  figureColumns,
  listReceivers,
  openShiftDesk,
  type ShiftDesk,
  withCashier,
} from './shift.queries.ts';

type Body = EndpointRequest<typeof endpoint>['body'];

/** `JBCH202603-0001`; starts anew every month. */
const numberPattern = 'JB{community}{yyyy}{mm}-{seq:4}';

/**
 * Closes a cashier's shift (CSH-12): marks every movement of money that is still with them, up to the moment they looked at, and
 * writes what was expected, counted and handed over. A payment that is being written meanwhile is not waited for; its
 * movement appears with its commit and is the next shift's. Refused with nothing written when the sums are no longer those
 * looked at (409 shift.changed), there is nothing (409 shift.empty), a difference has no reason, cash is not what was
 * counted, or nobody takes the money (422).
 */
export async function closeShift(ctx: Context, body: Body): Promise<EndpointReply<typeof endpoint>> {
  const desk = await openShiftDesk(ctx, body, true);
  if (Temporal.Instant.compare(body.untilAt, ctx.clock.now()) > 0) throw shiftFail('shift.untilAhead');
  await checkHandOver(ctx, body, desk);
  const id = ctx.newId();
  const figures = await takeMovements(ctx, desk, { id, untilAt: body.untilAt });
  if (figures.length === 0) throw shiftFail('shift.empty', { name: desk.staffName });
  const counted = countedOf(body, figures, desk);
  checkCount(body, figures, counted);
  const number = await writeShift(ctx, { id, desk, body, figures, counted });
  return { id, number };
}

/** Marks what is handed over and tells its sums: what is marked and what is summed up are the same rows. */
async function takeMovements(
  ctx: Context,
  desk: ShiftDesk,
  shift: { id: string; untilAt: string },
): Promise<FigureRow[]> {
  return ctx.tx.ad<FigureRow>(sql`
    with taken as (
      update income_movement m set shift_id = ${shift.id} where ${withCashier(desk, ctx.companyId)} and m.at <= ${shift.untilAt}
      returning m.payment_method_id, m.amount_fen
    )
    select m.payment_method_id, k.name, k.is_cash, ${figureColumns} from taken m
    join payment_method k on k.company_id = ${ctx.companyId} and k.id = m.payment_method_id group by 1, 2, 3`);
}

/** Counted sums by method, after what was looked at proved to be what is there. */
function countedOf(body: Body, figures: readonly FigureRow[], desk: ShiftDesk): Map<string, Fen> {
  const expected = new Map(figures.map((row) => [row.payment_method_id, expectedFen(row)]));
  const lines = new Map(body.lines.map((line) => [line.paymentMethodId.toLowerCase(), line]));
  const isSame =
    lines.size === expected.size &&
    body.lines.length === lines.size &&
    [...lines].every(([methodId, line]) => expected.get(methodId) === parseYuan(line.expected));
  if (!isSame || Temporal.Instant.compare(desk.fromAt, body.untilAt) > 0) throw shiftFail('shift.changed');
  return new Map([...lines].map(([methodId, line]) => [methodId, parseYuan(line.counted)]));
}

function checkCount(body: Body, figures: readonly FigureRow[], counted: ReadonlyMap<string, Fen>): void {
  if (body.denominations) {
    const seen = new Set<string>();
    for (const { worth } of body.denominations) {
      if (seen.has(worth)) throw shiftFail('shift.denominationTwice', { name: denominations[worth] });
      seen.add(worth);
    }
    const notesFen = fen(body.denominations.reduce((sum, one) => sum + BigInt(one.worth) * BigInt(one.count), 0n));
    const cashFen = sumFen(figures.filter((row) => row.is_cash).map((row) => counted.get(row.payment_method_id)!));
    if (notesFen !== cashFen)
      throw shiftFail('shift.cashMismatch', { counted: formatYuan(notesFen), cash: formatYuan(cashFen) });
  }
  // A surplus of one method does not make up for what is missing of another without a word.
  const odd = figures.find((row) => counted.get(row.payment_method_id) !== expectedFen(row));
  if (odd && body.reason === '') {
    const differenceFen = subtractFen(counted.get(odd.payment_method_id)!, expectedFen(odd));
    const isShort = differenceFen < zeroFen;
    throw shiftFail('shift.needsReason', {
      method: odd.name,
      how: isShort ? '少' : '多',
      amount: formatYuan(isShort ? negateFen(differenceFen) : differenceFen),
    });
  }
}

async function checkHandOver(ctx: Context, body: Body, desk: ShiftDesk): Promise<void> {
  if ((body.handedToStaffId === undefined) === (body.bankSlip === '')) throw shiftFail('shift.handOver');
  if (body.handedToStaffId === undefined) return;
  const receiverId = body.handedToStaffId.toLowerCase();
  if (receiverId === desk.staffId) throw shiftFail('shift.handToSelf');
  const receivers = await listReceivers(ctx, desk);
  if (!receivers.some((one) => one.id === receiverId)) throw platformFail('reference.notFound', { label: '接收人' });
}

async function writeShift(
  ctx: Context,
  {
    id,
    desk,
    body,
    figures,
    counted,
  }: { id: string; desk: ShiftDesk; body: Body; figures: readonly FigureRow[]; counted: ReadonlyMap<string, Fen> },
): Promise<string> {
  if (desk.isFirst)
    await ctx.tx.run(sql`update community_book set shifts_from = ${desk.startAt}
      where company_id = ${ctx.companyId} and community_id = ${desk.communityId}`);
  const totalFen = sumFen(figures.map(expectedFen));
  const countedFen = sumFen([...counted.values()]);
  const movementCount = figures.reduce((count, row) => count + row.movements, 0);
  const number = await nextNumber(ctx, { ...desk, kind: 'shift', pattern: numberPattern, day: desk.today });
  await ctx.tx.run(sql`insert into shift (company_id, id, community_id, staff_id, number, from_at, until_at, closed_on, movement_count, expected_fen,
      counted_fen, denominations, reason, handed_to_staff_id, bank_slip, note, closed_at, closed_by)
    values (${ctx.companyId}, ${id}, ${desk.communityId}, ${desk.staffId}, ${number}, ${desk.fromAt}, ${body.untilAt}, ${desk.today.toString()},
      ${movementCount}, ${totalFen.toString()}, ${countedFen.toString()},
      ${body.denominations ? JSON.stringify(Object.fromEntries(body.denominations.map((one) => [one.worth, one.count]))) : null},
      ${body.reason}, ${body.handedToStaffId ?? null}, ${body.bankSlip}, ${body.note}, ${nowText(ctx)}, ${ctx.actor.id})`);
  await ctx.tx.run(sql`insert into shift_method (company_id, shift_id, community_id, payment_method_id, received_fen, returned_fen, counted_fen, movement_count)
    select ${ctx.companyId}, ${id}, ${desk.communityId}, f.method_id, f.received, f.returned, f.counted, f.movements
    from unnest(${figures.map((row) => row.payment_method_id)}::uuid[], ${figures.map((row) => row.received.toString())}::bigint[],
      ${figures.map((row) => row.returned.toString())}::bigint[], ${figures.map((row) => counted.get(row.payment_method_id)!.toString())}::bigint[],
      ${figures.map((row) => row.movements)}::int[]) f (method_id, received, returned, counted, movements)`);
  await recordAudit(ctx, {
    action: 'shift.close',
    targetKind: 'shift',
    targetId: id,
    targetLabel: number,
    communityId: desk.communityId,
    after: {
      staffId: desk.staffId,
      movementCount,
      expectedFen: totalFen.toString(),
      countedFen: countedFen.toString(),
      differenceFen: subtractFen(countedFen, totalFen).toString(),
      reason: body.reason,
      handedToStaffId: body.handedToStaffId ?? null,
      bankSlip: body.bankSlip,
    },
  });
  return number;
}
