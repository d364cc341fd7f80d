import { settleReconciliationLines } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Input, Modal } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';

/** What was found out about exceptions, by whom it is settled. */
export default function SettleDialog({ ids, onClose }: { ids: readonly string[]; onClose: (isDone: boolean) => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const settling = useMutation({
    mutationFn: () => call(settleReconciliationLines, { body: { ids: [...ids], note } }),
    onSuccess: async ({ count }) => {
      message.success(`已核销 ${count} 笔差异`);
      onClose(true);
      await Promise.all(['reconciliation', 'console'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
  return (
    <Modal
      open
      title={`核销 ${ids.length} 笔差异`}
      okText="核销"
      cancelText="取消"
      okButtonProps={{ disabled: note.trim().length < 2, loading: settling.isPending }}
      onOk={() => settling.mutate()}
      onCancel={() => onClose(false)}
    >
      <p className="muted">核销表示已经查明，不改动账目。需要收款、退款的请另行办理。</p>
      <Input.TextArea
        aria-label="核实的结果"
        placeholder="核实的结果，如：渠道次日补款；商户号另用于停车场"
        rows={3}
        maxLength={200}
        showCount
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {settling.error ? (
        <Alert type="error" showIcon title={errorText(settling.error)} style={{ marginTop: 20 }} />
      ) : null}
    </Modal>
  );
}
