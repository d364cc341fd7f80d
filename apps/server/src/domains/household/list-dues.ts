import type { DueBill, DuePlace, EndpointReply, listDues as listEndpoint } from '@anlin/contract';
import { type Fen, formatYuan, parseYuan, sumFen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';
import { readPayments, viewBill } from '../cashier/index.ts';
import { type BillAccount, listUnpaidBills } from '../charging/index.ts';
import { isOwnBill, type OwnTarget, readOwnTargets } from './own-targets.ts';

/** What is due of the resident's houses and parking spaces in a community, with late fees as of today. Reads only. */
export async function listDues(
  ctx: Context,
  resident: SignedInResident,
  communityId: string,
): Promise<EndpointReply<typeof listEndpoint>> {
  const targets = await readOwnTargets(ctx, resident, communityId);
  const bills = await readOwnDues(ctx, targets);
  const places = targets.flatMap((target): DuePlace[] => {
    const own = bills.filter((bill) => bill.targetId === target.id);
    if (own.length === 0) return [];
    return [{ kind: target.kind, id: target.id, name: target.name, toPay: formatYuan(sumOf(own)), bills: own }];
  });
  return {
    toPay: formatYuan(sumOf(bills)),
    overdue: formatYuan(sumOf(bills.filter((bill) => bill.isOverdue))),
    billCount: bills.length,
    places,
  };
}

const sumOf = (bills: readonly DueBill[]): Fen => sumFen(bills.map((bill) => parseYuan(bill.toPay)));

/** Unpaid bills of these targets that are the resident's to see, older periods first. */
export async function readOwnDues(ctx: Context, targets: readonly OwnTarget[]): Promise<DueBill[]> {
  const byId = new Map(targets.map((target) => [target.id, target]));
  const unpaid = await listUnpaidBills(ctx, [...byId.keys()]);
  const bills = unpaid.filter((bill) => isOwnBill(byId.get(bill.targetId)!, bill));
  const payments = await readPayments(ctx, bills);
  return bills.map((bill) => {
    const target = byId.get(bill.targetId)!;
    return dueBillOf(bill, target, payments.get(bill.id) ?? [], businessDay(ctx.clock, target.timeZone).toString());
  });
}

function dueBillOf(
  bill: BillAccount,
  target: OwnTarget,
  payments: Parameters<typeof viewBill>[2],
  today: string,
): DueBill {
  const view = viewBill(bill, target.name, payments, today);
  return {
    id: view.id,
    targetId: view.targetId,
    chargeItemName: view.chargeItemName,
    periodText: view.periodText,
    periodFrom: view.periodFrom,
    dueOn: view.dueOn,
    isOverdue: view.dueOn < today,
    outstanding: view.outstanding,
    lateFee: view.lateFee,
    toPay: view.toPay,
    blockedBy: view.withheldIn === '' ? '' : '银行正在代扣，暂时不用自己付',
  };
}
