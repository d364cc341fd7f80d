import { zeroFen } from '@anlin/money';
import type { DeskLine, DeskPlan } from './desk-plan.ts';

/** A receipt that can be paid online: whole bills and prepaid, nothing given up, nothing offset. */
export interface OnlineReceipt {
  bills: readonly { id: string; expected: string }[];
  topUps: readonly { chargeItemId: string | null; amount: string }[];
  total: string;
}

/** What is to be paid online, or the Chinese reason why it has to be collected at the desk. */
export function onlineReceipt(
  plan: DeskPlan,
  lines: readonly DeskLine[],
  total: string,
  isToday: boolean,
): OnlineReceipt | string {
  if (plan.totalFen <= zeroFen || plan.problem !== '') return plan.problem || '请先选择账单';
  if (!isToday) return '扫码收款只能是今天的';
  if (plan.reducedFen > zeroFen) return '有优惠或减免的不能扫码收款，请先减免账单';
  if (plan.offsets.length > 0) return '用预存或押金抵扣的不能扫码收款';
  if (plan.bills.some((one) => one.payFen < one.mostFen)) return '扫码收款须付清所选账单';
  if (lines.some((line) => line.kind !== 'topUp' || line.packageId !== undefined))
    return '押金、其他收入和预存套餐不能扫码收款';
  return {
    bills: plan.bills.map(({ bill }) => ({ id: bill.id, expected: bill.toPay })),
    topUps: lines.map(({ chargeItemId, amount }) => ({ chargeItemId, amount })),
    total,
  };
}
