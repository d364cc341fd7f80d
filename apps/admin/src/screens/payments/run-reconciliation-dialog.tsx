import { mostReconciledDays, type PaymentChannelKind, runReconciliation } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, DatePicker, Form, Modal, Select } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { accountName } from './reconciliation-words.tsx';

interface RunDialogProps {
  accounts: readonly { channelId: string; channelKind: PaymentChannelKind; merchantId: string }[];
  /** With the task that was started. */
  onClose: (taskId?: string) => void;
}

/** Which days, and whose. */
export default function RunReconciliationDialog({ accounts, onClose }: RunDialogProps) {
  const yesterday = dayjs().subtract(1, 'day');
  const [range, setRange] = useState<[typeof yesterday, typeof yesterday]>([yesterday, yesterday]);
  const [channelId, setChannelId] = useState<string>();
  const [from, to] = range.map((one) => one.format('YYYY-MM-DD')) as [string, string];
  const running = useMutation({
    mutationFn: () => call(runReconciliation, { body: { from, to, channelId } }),
    onSuccess: ({ taskId }) => onClose(taskId),
  });
  return (
    <Modal
      open
      title="立即对账"
      okText="开始对账"
      cancelText="取消"
      okButtonProps={{ loading: running.isPending }}
      onOk={() => running.mutate()}
      onCancel={() => onClose()}
    >
      <Form layout="vertical">
        <Form.Item label="账单日" extra={`渠道次日上午才有当天的账单；一次最多 ${mostReconciledDays} 天`}>
          <DatePicker.RangePicker
            aria-label="账单日"
            allowClear={false}
            value={range}
            disabledDate={(one) => one.isAfter(yesterday, 'day')}
            onChange={(days) => days?.[0] && days[1] && setRange([days[0], days[1]])}
          />
        </Form.Item>
        <Form.Item label="商户">
          <Select
            aria-label="商户"
            allowClear
            placeholder="全部"
            value={channelId ?? null}
            options={accounts.map((one) => ({ value: one.channelId, label: accountName(one) }))}
            onChange={(next?: string | null) => setChannelId(next ?? undefined)}
          />
        </Form.Item>
      </Form>
      {running.error ? <Alert type="error" showIcon title={errorText(running.error)} /> : null}
    </Modal>
  );
}
