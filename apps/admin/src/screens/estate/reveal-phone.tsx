import { revealPhone } from '@anlin/contract';
import { EyeOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Space } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';

/** A masked phone with an eye beside it; looking is written into the audit (EST-12). */
export function RevealPhone({ residentId, masked }: { residentId: string; masked: string }) {
  const can = useCan();
  const { message } = App.useApp();
  const reveal = useMutation({
    mutationFn: () => call(revealPhone, { params: { id: residentId } }),
    onError: (error) => message.error(errorText(error)),
  });
  if (masked === '') return null;
  const isOffered = can('resident.reveal') && !reveal.data;
  return (
    <Space size={2}>
      <span>{reveal.data?.phone ?? masked}</span>
      {isOffered ? (
        <Button
          type="text"
          size="small"
          icon={<EyeOutlined />}
          aria-label="查看完整电话"
          title="查看完整电话，会记入操作日志"
          loading={reveal.isPending}
          onClick={(event) => {
            event.stopPropagation();
            reveal.mutate();
          }}
        />
      ) : null}
    </Space>
  );
}
