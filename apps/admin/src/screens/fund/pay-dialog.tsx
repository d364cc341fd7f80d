import { payFundProject, type ResourceRow } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Input, Modal } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { askedText } from '../../resource-ui/ask-reason.tsx';
import { groupThousands } from '../../resource-ui/index.ts';
import { DayField } from '../estate/day-field.tsx';
import { todayText } from '../estate/today.ts';
import { fundKeys } from './fund-tabs.ts';
import SharePanel from './share-panel.tsx';

/** Pays a project that was voted for, out of the accounts of the houses that share it. */
export default function PayDialog({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [bookedOn, setBookedOn] = useState(todayText);
  const [reason, setReason] = useState('');
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const pay = useMutation({
    mutationFn: () => call(payFundProject, { params: { id: row.id }, body: { bookedOn, reason, idempotencyKey } }),
    onSuccess: async (reply) => {
      message.success('total' in reply ? `已拨付，${reply.accountCount} 户分摊` : askedText);
      for (const key of fundKeys) await queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  return (
    <Modal
      open
      width={640}
      title={`拨付“${String(row.name)}”`}
      okText={`拨付 ${groupThousands(String(row.budget))} 元`}
      cancelText="取消"
      okButtonProps={{ loading: pay.isPending }}
      onOk={() => pay.mutate()}
      onCancel={onClose}
    >
      <SharePanel projectId={row.id} />
      <div style={{ display: 'grid', gridTemplateColumns: '160px 1fr', gap: 12, marginTop: 16 }}>
        <DayField value={bookedOn} onChange={(day) => setBookedOn(day ?? todayText())} />
        <Input
          aria-label="申请理由"
          placeholder="申请理由，需要审批时填写"
          maxLength={200}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
      </div>
      {pay.error ? <Alert type="error" showIcon title={errorText(pay.error)} style={{ marginTop: 12 }} /> : null}
    </Modal>
  );
}
