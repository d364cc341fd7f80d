import { type DeskAccount, isPendingApproval, reduceBills } from '@anlin/contract';
import { formatYuan, sumFen, zeroFen } from '@anlin/money';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Modal, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { sumYuan } from './desk-money.ts';
import { type DeskEdits, noEdits, planReceipt } from './desk-plan.ts';

interface DiscountDialogProps {
  account: DeskAccount;
  /** The ticked bills. */
  bills: DeskAccount['bills'];
  edits: DeskEdits;
  onClose: () => void;
  /** Used with the receipt to come. */
  onUse: (edits: Pick<DeskEdits, 'discount' | 'lateFeeWaived' | 'reason'>) => void;
}

/** A discount or late fees not asked for over the ticked bills: with this receipt, or apart by approval. */
export function DiscountDialog({ account, bills, edits, onClose, onUse }: DiscountDialogProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [draft, setDraft] = useState({
    discount: edits.discount,
    lateFeeWaived: edits.lateFeeWaived,
    reason: edits.reason,
  });
  const limit = account.discountLimit;
  const plan = planReceipt(account, bills, { ...noEdits, ...draft }, []);
  const lateFee = sumYuan(bills.map((bill) => bill.lateFee));
  const request = useMutation({
    mutationFn: () =>
      call(reduceBills, {
        body: {
          reason: draft.reason,
          bills: plan.bills
            .filter((one) => sumFen([one.discountFen, one.lateFeeWaivedFen]) > zeroFen)
            .map(({ bill, discountFen, lateFeeWaivedFen }) => ({
              id: bill.id,
              ...(discountFen > zeroFen ? { discount: formatYuan(discountFen) } : {}),
              ...(lateFeeWaivedFen > zeroFen ? { lateFeeWaived: formatYuan(lateFeeWaivedFen) } : {}),
            })),
        },
      }),
    onSuccess: (reply) => {
      if (isPendingApproval(reply)) message.success('已提交审批。通过后，账单按优惠后的金额收款；进度见“我的审批”');
      else message.success('已优惠，账单按优惠后的金额收款');
      void queries.invalidateQueries({ queryKey: ['cashier', 'account'] });
      onUse({ discount: '', lateFeeWaived: '', reason: '' });
    },
  });
  const isEmpty = plan.reducedFen === zeroFen || plan.problem !== '';
  return (
    <Modal
      open
      width={460}
      title={`优惠：已选 ${bills.length} 笔账单`}
      onCancel={onClose}
      footer={
        <Space>
          <Button onClick={onClose}>取消</Button>
          <Button
            loading={request.isPending}
            disabled={isEmpty || draft.reason.trim() === ''}
            onClick={() => request.mutate()}
          >
            申请优惠
          </Button>
          {limit === null ? null : (
            <Button type="primary" disabled={plan.problem !== ''} onClick={() => onUse(draft)}>
              随本次收款优惠
            </Button>
          )}
        </Space>
      }
    >
      <Form layout="vertical" onFinish={() => (limit === null || isEmpty ? undefined : onUse(draft))}>
        <Form.Item label="优惠金额" help="从最近的账单起减本金">
          <Input
            autoFocus
            className="figures"
            inputMode="decimal"
            aria-label="优惠金额"
            value={draft.discount}
            onChange={(event) => setDraft({ ...draft, discount: event.target.value })}
            suffix="元"
          />
        </Form.Item>
        <Form.Item label={`减免违约金（应收 ${lateFee} 元）`}>
          <Space.Compact style={{ width: '100%' }}>
            <Input
              className="figures"
              inputMode="decimal"
              aria-label="减免违约金"
              disabled={lateFee === '0.00'}
              value={draft.lateFeeWaived}
              onChange={(event) => setDraft({ ...draft, lateFeeWaived: event.target.value })}
            />
            <Button disabled={lateFee === '0.00'} onClick={() => setDraft({ ...draft, lateFeeWaived: lateFee })}>
              全免
            </Button>
          </Space.Compact>
        </Form.Item>
        <Form.Item label="原因">
          <Input
            maxLength={200}
            aria-label="优惠原因"
            placeholder="申请审批时必填"
            value={draft.reason}
            onChange={(event) => setDraft({ ...draft, reason: event.target.value })}
          />
        </Form.Item>
        <button type="submit" hidden />
      </Form>
      {plan.problem === '' ? null : <Alert type="warning" showIcon title={plan.problem} />}
      {request.error ? <Alert type="error" showIcon title={errorText(request.error)} /> : null}
      <p className="muted" style={{ marginBottom: 0 }}>
        {limit === null
          ? '您没有直接优惠的权限：填写后提交审批，通过后再收款。'
          : `您每张收据的限额：优惠 ${limit.discount}，违约金 ${limit.lateFee}。超过时请提交审批。`}
      </p>
    </Modal>
  );
}
