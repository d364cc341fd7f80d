import { invoiceResource, readInvoice, receiptInvoicingResource, redLetterInvoice } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Input, Modal, Skeleton } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands } from '../../resource-ui/index.ts';
import { type AmountLine, AmountLines, isGood, sumOf } from './amount-lines.tsx';

/** Takes an invoice back: everything that is left, unless less is entered. */
export default function RedLetterDialog({ invoiceId, onClose }: { invoiceId: string; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [edited, setEdited] = useState<AmountLine[]>();
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const { data, error } = useQuery({
    queryKey: ['invoice', 'detail', invoiceId],
    queryFn: () => call(readInvoice, { params: { id: invoiceId } }),
  });
  const lines =
    edited ?? data?.parts.map((part) => ({ ...part, amount: part.left, isChosen: Number(part.left) > 0 })) ?? [];
  const chosen = lines.filter((line) => line.isChosen);
  const take = useMutation({
    mutationFn: () =>
      call(redLetterInvoice, {
        params: { id: invoiceId },
        body: {
          reason,
          lines: chosen.map(({ receiptId, chargeItemId, amount }) => ({ receiptId, chargeItemId, amount })),
          idempotencyKey,
        },
      }),
    onSuccess: async () => {
      message.success('红字发票已交给开票服务商。开出后，这部分收据可以重新开票或退款');
      await queries.invalidateQueries({ queryKey: [invoiceResource.name] });
      await queries.invalidateQueries({ queryKey: [receiptInvoicingResource.name] });
      onClose();
    },
  });
  const isReady = reason.trim() !== '' && chosen.length > 0 && chosen.every(isGood);
  return (
    <Modal
      open
      width={720}
      title={data ? `红冲发票 ${data.number}` : '红冲'}
      okText={`红冲 ${groupThousands(sumOf(lines))} 元`}
      cancelText="取消"
      okButtonProps={{ danger: true, disabled: !isReady, loading: take.isPending }}
      onOk={() => take.mutate()}
      onCancel={onClose}
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {data ? <AmountLines lines={lines} leftTitle="可红冲" onChange={setEdited} /> : <Skeleton active />}
      <Input.TextArea
        aria-label="红冲原因"
        placeholder="红冲原因（必填），如：开票有误、退款"
        style={{ marginTop: 16 }}
        maxLength={200}
        autoSize={{ minRows: 2, maxRows: 4 }}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      {take.error ? <Alert type="error" showIcon title={errorText(take.error)} /> : null}
    </Modal>
  );
}
