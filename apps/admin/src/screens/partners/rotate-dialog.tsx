import { type PartnerKeyView, rotatePartnerKey } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Modal, Radio, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { secretOfKey } from './key-dialog.tsx';
import type { NewSecret } from './secret-dialog.tsx';

/** How long the old key goes on working, in hours. */
const overlaps = [
  { hours: 24, label: '1 天后停用旧密钥' },
  { hours: 7 * 24, label: '7 天后停用旧密钥' },
  { hours: 30 * 24, label: '30 天后停用旧密钥' },
  { hours: 0, label: '立即停用旧密钥（怀疑泄露时）' },
] as const;

/** Another secret for the same rights; both work for a while, so that nothing stands still meanwhile. */
export function RotateDialog({ keyView, onClose }: { keyView: PartnerKeyView; onClose: (made?: NewSecret) => void }) {
  const queries = useQueryClient();
  const [hours, setHours] = useState<number>(overlaps[1].hours);
  const rotate = useMutation({
    mutationFn: () =>
      call(rotatePartnerKey, {
        params: { id: keyView.id },
        body: { oldEndsAt: hours === 0 ? null : dayjs().add(hours, 'hour').toISOString() },
      }),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['openPlatform'] });
      onClose(secretOfKey(made));
    },
  });
  return (
    <Modal
      open
      title="更换密钥"
      okText="更换"
      cancelText="取消"
      okButtonProps={{ loading: rotate.isPending }}
      onOk={() => rotate.mutate()}
      onCancel={() => onClose()}
    >
      <p>新密钥立即可用，权限和来源地址与旧的相同。对方换好之前，旧密钥可以继续用：</p>
      <Radio.Group value={hours} onChange={(event) => setHours(event.target.value as number)}>
        <Space orientation="vertical">
          {overlaps.map((one) => (
            <Radio key={one.hours} value={one.hours}>
              {one.label}
            </Radio>
          ))}
        </Space>
      </Radio.Group>
      {rotate.error ? <Alert type="error" showIcon title={errorText(rotate.error)} style={{ marginTop: 16 }} /> : null}
    </Modal>
  );
}
