import { ProblemError } from '@anlin/client';
import { endStandardBindings, type ResourceRow, standardBindingResource } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Checkbox, DatePicker, Modal, Space } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';

/** Ends some bindings. People choose the last day that is charged; the wire carries the day after it. */
export function EndBindingsDialog({
  rows,
  onClose,
}: {
  rows: readonly ResourceRow[];
  onClose: (isDone: boolean) => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [lastDay, setLastDay] = useState<Dayjs | null>(null);
  const [voidUnpaid, setVoidUnpaid] = useState(false);
  const end = useMutation({
    mutationFn: (day: Dayjs) =>
      call(endStandardBindings, {
        body: { ids: rows.map((row) => row.id), endsOn: day.add(1, 'day').format('YYYY-MM-DD'), voidUnpaid },
      }),
    onSuccess: async ({ endedCount, voidedCount }) => {
      message.success(`已结束 ${endedCount} 个绑定${voidedCount > 0 ? `，作废 ${voidedCount} 张账单` : ''}`);
      await queries.invalidateQueries({ queryKey: [standardBindingResource.name] });
      onClose(true);
    },
  });
  const mayVoid = end.error instanceof ProblemError && end.error.code === 'standardBinding.unpaidBeyond';
  return (
    <Modal
      open
      title={rows.length === 1 ? `结束“${String(rows[0]?.targetLabel)}”的绑定` : `结束 ${rows.length} 个绑定`}
      okText={`结束 ${rows.length} 个绑定`}
      cancelText="取消"
      okButtonProps={{ danger: true, disabled: lastDay === null, loading: end.isPending }}
      onOk={() => lastDay && end.mutate(lastDay)}
      onCancel={() => onClose(false)}
    >
      <Space orientation="vertical" style={{ width: '100%' }}>
        <span>
          最后收费日：
          <DatePicker value={lastDay} onChange={(day) => setLastDay(day)} placeholder="选择日期（含当天）" />
        </span>
        {end.error ? <Alert type="error" showIcon title={errorText(end.error)} /> : null}
        {mayVoid || voidUnpaid ? (
          <Checkbox checked={voidUnpaid} onChange={(event) => setVoidUnpaid(event.target.checked)}>
            作废这些账单
          </Checkbox>
        ) : null}
      </Space>
    </Modal>
  );
}
