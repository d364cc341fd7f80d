import { invoiceResource, type ResourceRow, receiptInvoicingResource, reviewInvoice } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands } from '../../resource-ui/index.ts';

/** Issues what was asked for, or says why not. */
export default function ReviewDialog({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const review = useMutation({
    mutationFn: (decision: 'issue' | 'reject') =>
      call(reviewInvoice, { params: { id: row.id }, body: { decision, reason } }),
    onSuccess: async (_, decision) => {
      message.success(decision === 'issue' ? '已交给开票服务商' : '已驳回，收据可以重新开票');
      await queries.invalidateQueries({ queryKey: [invoiceResource.name] });
      await queries.invalidateQueries({ queryKey: [receiptInvoicingResource.name] });
      onClose();
    },
  });
  return (
    <Modal
      open
      width={460}
      title="审核开票申请"
      onCancel={onClose}
      footer={[
        <Button
          key="reject"
          danger
          disabled={reason.trim() === ''}
          loading={review.isPending && review.variables === 'reject'}
          onClick={() => review.mutate('reject')}
        >
          驳回
        </Button>,
        <Button
          key="issue"
          type="primary"
          loading={review.isPending && review.variables === 'issue'}
          onClick={() => review.mutate('issue')}
        >
          开具
        </Button>,
      ]}
    >
      <p>
        抬头“{String(row.buyerName)}”，{groupThousands(String(row.gross))} 元，收据 {String(row.receiptNumbers)}
      </p>
      <Input.TextArea
        aria-label="驳回原因"
        placeholder="驳回时填写原因"
        maxLength={200}
        autoSize={{ minRows: 2, maxRows: 4 }}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      {review.error ? <Alert type="error" showIcon title={errorText(review.error)} /> : null}
    </Modal>
  );
}
