import { ProblemError } from '@anlin/client';
import { type DeskAccount, type EndpointArguments, type PaymentMethodView, takePayment } from '@anlin/contract';
import { formatYuan, zeroFen } from '@anlin/money';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { call } from '../../api/api.ts';
import { newAttemptKey, readTyped, type Tendering, type TenderRow } from './desk-money.ts';
import type { DeskEdits, DeskLine, DeskPlan } from './desk-plan.ts';

/** What is filled in beside the bills. */
export interface PaymentForm {
  rows: readonly TenderRow[];
  cashTendered: string;
  payerName: string;
  receivedOn: string;
  note: string;
}

export interface Collected {
  id: string;
  number: string;
  total: string;
  change: string;
  billCount: number;
  targetName: string;
  /** Papers of their own that the receipt brings with it. */
  papers: readonly ('depositReceipt' | 'prepaidReceipt')[];
}

export function emptyForm(account: DeskAccount, methods: readonly PaymentMethodView[]): PaymentForm {
  return {
    rows: [{ paymentMethodId: methods[0]?.id ?? '', amount: '', reference: '' }],
    cashTendered: '',
    payerName: account.relations[0]?.name ?? '',
    receivedOn: account.today,
    note: '',
  };
}

/** All of a receipt that is not written yet. */
export interface ReceiptToCome {
  plan: DeskPlan;
  edits: DeskEdits;
  /** With the change that is kept. */
  lines: readonly DeskLine[];
  total: string;
  form: PaymentForm;
  tendering: Tendering;
}

type PaymentBody = EndpointArguments<typeof takePayment>['body'];

function billsOf({ plan, edits }: ReceiptToCome): Pick<PaymentBody, 'bills' | 'reductionReason'> {
  const bills = plan.bills.map(({ bill, offers, discountFen, lateFeeWaivedFen, payFen, mostFen }) => {
    const discounts = [
      ...offers.map(({ offerId, amount }) => ({ offerId, amount })),
      ...(discountFen > zeroFen ? [{ amount: formatYuan(discountFen) }] : []),
    ];
    return {
      id: bill.id,
      expected: bill.toPay,
      ...(discounts.length > 0 ? { discounts } : {}),
      ...(lateFeeWaivedFen > zeroFen ? { lateFeeWaived: formatYuan(lateFeeWaivedFen) } : {}),
      ...(payFen < mostFen ? { pay: formatYuan(payFen) } : {}),
    };
  });
  return { bills, ...(edits.reason.trim() === '' ? {} : { reductionReason: edits.reason.trim() }) };
}

function linesOf(
  { target }: DeskAccount,
  lines: readonly DeskLine[],
): Pick<PaymentBody, 'topUps' | 'deposits' | 'incomes'> {
  const of = (kind: DeskLine['kind']) => lines.filter((line) => line.kind === kind);
  const withItem = (line: DeskLine) => ({ chargeItemId: line.chargeItemId ?? '', amount: line.amount });
  const topUps = of('topUp').map(({ chargeItemId, amount, packageId }) => ({
    targetKind: target.kind,
    targetId: target.id,
    chargeItemId,
    amount,
    ...(packageId === undefined ? {} : { packageId }),
  }));
  const deposits = of('deposit').map((line) => ({ ...withItem(line), holderName: line.text }));
  const incomes = of('income').map((line) => ({ ...withItem(line), description: line.text }));
  return {
    ...(topUps.length > 0 ? { topUps } : {}),
    ...(deposits.length > 0 ? { deposits } : {}),
    ...(incomes.length > 0 ? { incomes } : {}),
  };
}

function offsetTenders({ offsetMethods }: DeskAccount, plan: DeskPlan): PaymentBody['tenders'] {
  return plan.offsets.map(({ id, kind, amountFen }) => ({
    paymentMethodId: offsetMethods[kind] ?? '',
    amount: formatYuan(amountFen),
    ...(kind === 'prepaid' ? { prepaidAccountId: id } : { depositId: id }),
  }));
}

/**
 * Collects once however often it is asked to: a request under way is not doubled, and one whose answer was lost is sent
 * again under the same key, which the server answers with the same receipt.
 */
export function useCollect(account: DeskAccount, onDone: (collected: Collected) => void) {
  const queries = useQueryClient();
  const key = useRef(newAttemptKey());
  const isUnderWay = useRef(false);
  const [problem, setProblem] = useState('');
  const mutation = useMutation({
    mutationFn: (input: ReceiptToCome) =>
      call(takePayment, {
        body: {
          communityId: account.target.communityId,
          targetKind: account.target.kind,
          targetId: account.target.id,
          ...billsOf(input),
          ...linesOf(account, input.lines),
          expectedTotal: input.total,
          tenders: [...offsetTenders(account, input.plan), ...input.tendering.tenders],
          ...(input.form.cashTendered.trim() === '' || Number(input.tendering.cash) === 0
            ? {}
            : { cashTendered: formatYuan(readTyped(input.form.cashTendered) ?? zeroFen) }),
          payerName: input.form.payerName,
          receivedOn: input.form.receivedOn,
          // The person was asked before it came to this.
          ...(input.plan.bills.some(({ bill }) => bill.withheldIn !== '') ? { takesWithheld: true } : {}),
          note: input.form.note,
          idempotencyKey: key.current,
        },
      }),
    onSuccess: (taken, { plan, lines }) => {
      key.current = newAttemptKey();
      setProblem('');
      const has = (kind: DeskLine['kind']) => lines.some((line) => line.kind === kind);
      onDone({
        ...taken,
        billCount: plan.bills.length,
        targetName: account.target.name,
        papers: [
          ...(has('deposit') ? (['depositReceipt'] as const) : []),
          ...(has('topUp') ? (['prepaidReceipt'] as const) : []),
        ],
      });
    },
    onError: (error) => {
      setProblem(sayWhy(error));
      // The key stands for what was sent with it; after it was refused as used, the next attempt is another one.
      if (error instanceof ProblemError && error.code === 'receipt.keyReused') key.current = newAttemptKey();
    },
    onSettled: () => {
      isUnderWay.current = false;
      return queries.invalidateQueries({ queryKey: ['cashier', 'account'] });
    },
  });
  const collect: typeof mutation.mutate = (...input) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    mutation.mutate(...input);
  };
  return { collect, isCollecting: mutation.isPending, problem, clearProblem: () => setProblem('') };
}

function sayWhy(error: unknown): string {
  if (!(error instanceof ProblemError)) return '页面出错了，收款可能没有完成。请看“近期收据”，没有新收据再收';
  if (error.code === 'network.unreachable') return '网络不通，还不知道是否收到。请直接再按一次收款：不会重复收';
  return error.detail;
}
