/** Which bills a resident must pay with which (PAY-3), as a community has it. */
export const paymentOrders = {
  free: '自由选择',
  arrearsFirst: '先缴欠费',
  arrearsAndCurrent: '欠费和当期',
  all: '一次缴清',
} as const;
export type PaymentOrder = keyof typeof paymentOrders;

/** The rule as a resident reads it. */
export const paymentOrderHints: Readonly<Record<PaymentOrder, string>> = {
  free: '',
  arrearsFirst: '须先缴清欠费，再缴未到期的账单',
  arrearsAndCurrent: '欠费和当期账单须一起缴',
  all: '已出的账单须一次缴清',
};

/** What the rule looks at; days ISO. */
export interface OrderedBill {
  id: string;
  targetId: string;
  periodFrom: string;
  dueOn: string;
}

/**
 * Ids of bills that must be chosen as well, of those targets of which any is chosen; empty: the choice stands. Overdue is
 * what was due before today, current what began by today. Pure; the server decides, the page asks the same function.
 */
export function missingByOrder(
  order: PaymentOrder,
  bills: readonly OrderedBill[],
  chosenIds: ReadonlySet<string>,
  today: string,
): string[] {
  if (order === 'free') return [];
  const isOverdue = (bill: OrderedBill) => bill.dueOn < today;
  const byTarget = Map.groupBy(bills, (bill) => bill.targetId);
  return [...byTarget.values()].flatMap((own) => {
    const chosen = own.filter(({ id }) => chosenIds.has(id));
    if (chosen.length === 0) return [];
    const demanded = own.filter((bill) => {
      if (order === 'all') return true;
      if (order === 'arrearsAndCurrent') return isOverdue(bill) || bill.periodFrom <= today;
      return isOverdue(bill) && chosen.some((one) => !isOverdue(one));
    });
    return demanded.filter(({ id }) => !chosenIds.has(id)).map(({ id }) => id);
  });
}
