import { billResource, isPendingApproval, type ReceiptDetail, voidReceipt } from '@anlin/contract';
import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { call } from '../../api/api.ts';
import { askedText } from '../../resource-ui/ask-reason.tsx';
import { groupThousands } from '../../resource-ui/index.ts';
import { BillReasonDialog } from '../charging/bill-reason-dialog.tsx';

/** Says what voiding takes along, asks why, and does it. */
export default function VoidDialog({ receipt, onClose }: { receipt: ReceiptDetail; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  return (
    <BillReasonDialog
      title={`作废收据 ${receipt.number}？`}
      text={`这张收据的 ${groupThousands(receipt.total)} 元作废，所收的 ${receipt.lines.length} 张账单一起进入回收站，不再应收。预存、押金和抵扣都退回原样。以后可以在回收站恢复。`}
      label="作废原因"
      okText={`作废 ${groupThousands(receipt.total)} 元`}
      isDanger
      onClose={onClose}
      submit={async (reason) => {
        const done = await call(voidReceipt, { params: { id: receipt.id }, body: { reason } });
        message.success(isPendingApproval(done) ? askedText : `收据 ${done.number} 已作废，在回收站里`);
        await Promise.all(
          ['receipts', 'cashier', 'recycleBin', billResource.name].map((key) =>
            queries.invalidateQueries({ queryKey: [key] }),
          ),
        );
      }}
    />
  );
}
