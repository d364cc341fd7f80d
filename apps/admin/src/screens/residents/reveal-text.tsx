import { revealedParts, revealResident } from '@anlin/contract';
import { EyeOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Space } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';

interface RevealTextProps {
  residentId: string;
  masked: string;
  part?: keyof typeof revealedParts;
}

/** Hidden digits with an eye beside them; looking is written into the audit (EST-12). */
export function RevealText({ residentId, masked, part = 'phone' }: RevealTextProps) {
  const can = useCan();
  const { message } = App.useApp();
  const reveal = useMutation({
    mutationFn: () => call(revealResident, { params: { id: residentId }, body: { part } }),
    onError: (error) => message.error(errorText(error)),
  });
  if (masked === '') return null;
  const isOffered = can('resident.reveal') && !reveal.data;
  return (
    <Space size={2}>
      <span>{reveal.data?.text ?? masked}</span>
      {isOffered ? (
        <Button
          type="text"
          size="small"
          icon={<EyeOutlined />}
          aria-label={`查看完整${revealedParts[part]}`}
          title={`查看完整${revealedParts[part]}，会记入操作日志`}
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
