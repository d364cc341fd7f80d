import { isPendingApproval, reverseReceipt } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Input, Modal } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { askedText } from '../../resource-ui/ask-reason.tsx';
import { groupThousands } from '../../resource-ui/index.ts';

interface ReverseDialogProps {
  receipt: { id: string; number: string; total: string; billCount: number };
  onClose: () => void;
  onReversed: () => void;
}

/** Says what reversing will do to which receipt, asks why, and does it. */
export function ReverseDialog({ receipt, onClose, onReversed }: ReverseDialogProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const reverse = useMutation({
    mutationFn: () => call(reverseReceipt, { params: { id: receipt.id }, body: { reason } }),
    onSuccess: (done) => {
      if (isPendingApproval(done)) {
        message.success(askedText);
        onClose();
        return;
      }
      message.success(`收据 ${done.number} 已撤销，${done.billCount} 笔账单恢复未收`);
      onReversed();
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['cashier'] }),
        queries.invalidateQueries({ queryKey: ['receipts'] }),
      ]),
  });
  return (
    <Modal
      open
      title={`撤销收据 ${receipt.number}`}
      okText={`撤销 ${groupThousands(receipt.total)} 元`}
      okButtonProps={{ danger: true, disabled: reason.trim() === '', loading: reverse.isPending }}
      onOk={() => reverse.mutate()}
      onCancel={onClose}
      width={460}
    >
      <p>
        {`这张收据的 ${receipt.billCount} 笔账单将恢复未收，合计 ${groupThousands(receipt.total)} 元。`}
        {'号码保留并标为已撤销，不能恢复。请把钱退给付款人，并收回已打印的收据。'}
      </p>
      <Input.TextArea
        autoFocus
        rows={2}
        maxLength={200}
        placeholder="撤销原因（必填），如：收错房号"
        aria-label="撤销原因"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {reverse.error ? <Alert style={{ marginTop: 8 }} type="error" showIcon title={errorText(reverse.error)} /> : null}
    </Modal>
  );
}
