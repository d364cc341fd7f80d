import { ProblemError } from '@anlin/client';
import { type DeskAccount, type DeskBill, type PaymentMethodView, takePayment } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { call } from '../../api/api.ts';
import { newAttemptKey, type Tendering, type TenderRow } from './desk-money.ts';

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
    mutationFn: (input: { bills: readonly DeskBill[]; total: string; form: PaymentForm; tendering: Tendering }) =>
      call(takePayment, {
        body: {
          communityId: account.target.communityId,
          targetKind: account.target.kind,
          targetId: account.target.id,
          bills: input.bills.map((bill) => ({ id: bill.id, expected: bill.toPay })),
          expectedTotal: input.total,
          tenders: input.tendering.tenders,
          ...(input.form.cashTendered.trim() === '' || Number(input.tendering.cash) === 0
            ? {}
            : { cashTendered: input.form.cashTendered.trim().replace(/\.$/, '') }),
          payerName: input.form.payerName,
          receivedOn: input.form.receivedOn,
          note: input.form.note,
          idempotencyKey: key.current,
        },
      }),
    onSuccess: (taken, { bills }) => {
      key.current = newAttemptKey();
      setProblem('');
      onDone({ ...taken, billCount: bills.length, targetName: account.target.name });
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
