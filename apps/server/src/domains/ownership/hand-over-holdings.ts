import {
  type HandedHolding,
  type HandoverReport,
  holdingDecisions,
  ownershipFail,
  platformFail,
  type TargetKind,
} from '@anlin/contract';
import { type Fen, formatYuan, parseYuan, subtractFen, sumFen, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { requirePermission } from '../../platform/rights/require-right.ts';
import {
  type HeldMoney,
  listPaymentMethods,
  lockHeldMoney,
  movePrepaidMoney,
  takeRefund,
  transferDeposit,
} from '../cashier/index.ts';
import type { Handover } from './handover.ts';
import { type OwnedPlace, readOwnedPlaces } from './handover-holdings.queries.ts';

/** What the money of a handover is about. */
export interface HandedHouse {
  id: string;
  label: string;
  communityId: string;
  /** The house and the parking spaces that belong to it. */
  targetIds: readonly string[];
  labels: ReadonlyMap<string, string>;
  today: string;
}

export interface HandedMoney {
  holdings: HandedHolding[];
  refund: (NonNullable<HandoverReport['refund']> & { id: string }) | null;
}

type Holding = {
  kind: 'prepaid' | 'deposit';
  id: string;
  name: string;
  row: Omit<HandedHolding, 'decision' | 'moved' | 'toLabel'>;
} & {
  chargeItemId: string | null;
  /** What may move or go back. */
  freeFen: Fen;
};
type Choice = Handover['holdings'][number];

interface Decided extends Holding {
  decision: HandedHolding['decision'];
  to: OwnedPlace | null;
}

/**
 * Prepaid and deposits of a house that is handed over (EST-8): each stays with the house, moves to another house or parking
 * space of a former owner, or goes back to the former owners, all that goes back in one refund of today. Given prepaid never
 * moves. Errors: those of ownership about holdings, permission.denied, those of moving and refunding.
 */
export async function handOverHoldings(
  ctx: Context,
  house: HandedHouse,
  input: Handover,
  formerOwners: readonly { residentId: string; name: string }[],
): Promise<HandedMoney> {
  const toIds = input.holdings.flatMap((one) => (one.decision === 'move' && one.to ? [one.to.id] : []));
  const held = holdingsOf(house, await lockHeldMoney(ctx, { targetIds: house.targetIds, toIds }));
  refuseUnknown(held, input.holdings);
  const places =
    toIds.length === 0
      ? []
      : await readOwnedPlaces(
          ctx,
          house,
          formerOwners.map((one) => one.residentId),
        );
  const decided = held
    .filter((one) => one.row.amount !== formatYuan(zeroFen) || input.holdings.some((choice) => isOf(choice, one)))
    .map((one) =>
      decide(
        house,
        one,
        input.holdings.find((choice) => isOf(choice, one)),
        places,
      ),
    );
  requireRights(ctx, decided);
  const reason = `${house.label} 过户`;
  for (const one of decided) if (one.decision === 'move' && one.to) await move(ctx, one, one.to, reason);
  const payeeName = formerOwners
    .map((one) => one.name)
    .join('、')
    .slice(0, 60);
  const refund = await giveBack(ctx, decided, {
    methodId: input.refundMethodId,
    today: house.today,
    payeeName,
    reason,
  });
  return { holdings: decided.map(tell), refund };
}

const isOf = (choice: Choice, { kind, id }: Holding) => choice.kind === kind && choice.id.toLowerCase() === id;

function holdingsOf(house: HandedHouse, { accounts, deposits }: HeldMoney): Holding[] {
  const labelOf = (targetId: string) => house.labels.get(targetId) ?? house.label;
  return [
    ...accounts.map((one) => ({
      kind: 'prepaid' as const,
      id: one.id,
      name: `${labelOf(one.targetId)} ${one.label}`,
      row: {
        kind: 'prepaid' as const,
        label: one.label,
        targetLabel: labelOf(one.targetId),
        amount: formatYuan(one.balanceFen),
      },
      chargeItemId: one.chargeItemId,
      freeFen: one.paidFen,
    })),
    ...deposits.map((one) => ({
      kind: 'deposit' as const,
      id: one.id,
      name: `${labelOf(one.targetId)} ${one.label}`,
      row: {
        kind: 'deposit' as const,
        label: one.label,
        targetLabel: labelOf(one.targetId),
        amount: formatYuan(one.heldFen),
      },
      chargeItemId: null,
      freeFen: one.heldFen,
    })),
  ];
}

function refuseUnknown(held: readonly Holding[], choices: readonly Choice[]): void {
  const unknown = choices.find((choice) => !held.some((one) => isOf(choice, one)));
  if (unknown) throw platformFail('reference.notFound', { label: unknown.kind === 'prepaid' ? '预存账户' : '押金' });
}

function decide(house: HandedHouse, one: Holding, choice: Choice | undefined, places: readonly OwnedPlace[]): Decided {
  if (!choice) return { ...one, decision: 'stay', to: null };
  const { decision } = choice;
  const holding = one.name;
  if (formatYuan(parseYuan(choice.amount)) !== one.row.amount)
    throw ownershipFail('ownership.holdingChanged', { holding, amount: one.row.amount });
  if (decision === 'stay') return { ...one, decision, to: null };
  if (one.freeFen === zeroFen) throw ownershipFail('ownership.onlyGiven', { holding });
  if (decision === 'refund') return { ...one, decision, to: null };
  const to = places.find((place) => place.kind === choice.to?.kind && place.id === choice.to.id.toLowerCase());
  if (!to) throw ownershipFail('ownership.notTheirs', { holding });
  if (one.kind === 'deposit' && to.communityId !== house.communityId)
    throw ownershipFail('ownership.otherCommunity', { holding });
  return { ...one, decision, to };
}

/** Handing over a house does not bring the right to move money about. */
function requireRights(ctx: Context, decided: readonly Decided[]): void {
  const isAny = (kind: Holding['kind'] | null, decision: string) =>
    decided.some((one) => one.decision === decision && (kind === null || one.kind === kind));
  if (isAny('prepaid', 'move')) requirePermission(ctx, 'prepaid.move');
  if (isAny('deposit', 'move')) requirePermission(ctx, 'deposit.keep');
  if (isAny(null, 'refund')) requirePermission(ctx, 'receipt.refund');
}

async function move(ctx: Context, one: Decided, to: { kind: TargetKind; id: string }, reason: string): Promise<void> {
  if (one.kind === 'deposit') {
    await transferDeposit(ctx, { depositId: one.id, targetKind: to.kind, targetId: to.id, reason });
    return;
  }
  await movePrepaidMoney(ctx, one.id, {
    targetKind: to.kind,
    targetId: to.id,
    chargeItemId: one.chargeItemId,
    amount: formatYuan(one.freeFen),
    reason,
  });
}

async function giveBack(
  ctx: Context,
  decided: readonly Decided[],
  how: { methodId: string | null; today: string; payeeName: string; reason: string },
): Promise<HandedMoney['refund']> {
  const back = decided.filter((one) => one.decision === 'refund');
  if (back.length === 0) return null;
  const method = (await listPaymentMethods(ctx)).find((one) => one.id === how.methodId?.toLowerCase());
  if (!method) throw ownershipFail('ownership.refundMethod');
  const total = formatYuan(sumFen(back.map((one) => one.freeFen)));
  const lines = (kind: Holding['kind']) => back.filter((one) => one.kind === kind);
  const refund = await takeRefund(ctx, {
    receiptId: null,
    lines: {
      bills: [],
      incomes: [],
      prepaid: lines('prepaid').map((one) => ({ prepaidAccountId: one.id, amount: formatYuan(one.freeFen) })),
      deposits: lines('deposit').map((one) => ({ depositId: one.id, amount: formatYuan(one.freeFen) })),
    },
    tenders: [{ paymentMethodId: method.id, amount: total, reference: '' }],
    payeeName: how.payeeName,
    reason: how.reason,
    refundedOn: how.today,
    afterwards: 'owesAgain',
    idempotencyKey: `handover-${ctx.newId()}`,
  });
  return { id: refund.id, number: refund.number, total, methodName: method.name, payeeName: how.payeeName };
}

function tell(one: Decided): HandedHolding {
  return {
    ...one.row,
    decision: one.decision,
    moved: formatYuan(one.decision === 'stay' ? zeroFen : one.freeFen),
    toLabel: one.to?.label ?? '',
  };
}

/** 转到原业主的其他房屋、车位或车辆 1栋-1202 500.00 元，赠送的 20.00 元留在房屋. */
export function holdingSentence(one: HandedHolding): string {
  if (one.decision === 'stay') return holdingDecisions.stay;
  const restFen = subtractFen(parseYuan(one.amount), parseYuan(one.moved));
  const what = one.decision === 'refund' ? holdingDecisions.refund : `转到 ${one.toLabel}`;
  return `${what} ${one.moved} 元${restFen === zeroFen ? '' : `，赠送的 ${formatYuan(restFen)} 元留在房屋`}`;
}
