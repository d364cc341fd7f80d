import { offsetTarget, prepaidAccountResource, prepaidMovementResource, type ResourceRow } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Modal, Radio } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands } from '../../resource-ui/index.ts';

/** Pays bills of one house or parking space from its prepaid, whole bills only. */
export default function OffsetDialog({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [bills, setBills] = useState<'current' | 'all'>('current');
  const offset = useMutation({
    mutationFn: () => call(offsetTarget, { params: { id: row.id }, body: { bills } }),
    onSuccess: async ({ number, billCount, sum }) => {
      if (number === null) message.info('没有能冲抵的账单：没有欠费，或余额不够付最早的一整张');
      else message.success(`已冲抵 ${billCount} 张账单，${groupThousands(sum)} 元，收据 ${number}`);
      await queries.invalidateQueries({ queryKey: [prepaidAccountResource.name] });
      await queries.invalidateQueries({ queryKey: [prepaidMovementResource.name] });
      onClose();
    },
  });
  return (
    <Modal
      open
      width={460}
      title={`用“${String(row.targetLabel)}”的预存款冲抵账单`}
      okText="冲抵"
      cancelText="取消"
      okButtonProps={{ loading: offset.isPending }}
      onOk={() => offset.mutate()}
      onCancel={onClose}
    >
      <p>从最早的账单起，够付一整张（含今天的违约金）的冲抵；先用专项预存，再用通用预存。</p>
      <Radio.Group
        value={bills}
        onChange={(event) => setBills(event.target.value)}
        options={[
          { value: 'current', label: '当期及往期账单' },
          { value: 'all', label: '全部未收账单（含预收的）' },
        ]}
      />
      {offset.error ? <Alert style={{ marginTop: 12 }} type="error" showIcon title={errorText(offset.error)} /> : null}
    </Modal>
  );
}
