import { closingKinds, getBookClosing, reopenBooks } from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Input, Modal, Skeleton, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { ClosingFigures } from './closing-figures.tsx';
import { stretchText } from './stretch-text.ts';

interface ClosingDrawerProps {
  id: string;
  onClose: () => void;
  onReopened: () => void;
}

/** One closing with the figures kept at the time; the newest can be reopened from here. */
export function ClosingDrawer({ id, onClose, onReopened }: ClosingDrawerProps) {
  const mayReopen = useCan()('books.reopen');
  const { id: communityId } = useCommunity();
  const [isAsking, setAsking] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['bookClosings', 'one', id],
    queryFn: ({ signal }) => call(getBookClosing, { params: { id }, signal }),
  });
  const title = data ? `${closingKinds[data.kind]} ${stretchText(data.firstDay, data.lastDay)}` : '结账';
  return (
    <Drawer
      open
      title={title}
      size={900}
      onClose={onClose}
      extra={
        mayReopen && data?.isLatest ? (
          <Button danger onClick={() => setAsking(true)}>
            反结
          </Button>
        ) : null
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {data ? (
        <Space orientation="vertical" style={{ width: '100%' }}>
          {data.reopenedAt ? (
            <Alert
              type="warning"
              showIcon
              title={`${data.reopenedByName} 于 ${instantText(data.reopenedAt)} 反结：${data.reopenReason}`}
            />
          ) : null}
          <span className="muted">{`${data.staffName} 于 ${instantText(data.closedAt)} 结账。以下是当时保存的数字，点数字看单据。`}</span>
          <ClosingFigures figures={data.figures} communityId={communityId} />
        </Space>
      ) : (
        <Skeleton active />
      )}
      {isAsking ? (
        <ReopenDialog
          id={id}
          title={title}
          onClose={(isDone) => {
            setAsking(false);
            if (isDone) {
              onReopened();
              onClose();
            }
          }}
        />
      ) : null}
    </Drawer>
  );
}

function ReopenDialog({ id, title, onClose }: { id: string; title: string; onClose: (isDone: boolean) => void }) {
  const { message } = App.useApp();
  const [reason, setReason] = useState('');
  const reopen = useMutation({
    mutationFn: () => call(reopenBooks, { params: { id }, body: { reason } }),
    onSuccess: ({ closedUntil }) => {
      message.success(closedUntil === null ? '已反结，现在没有结账' : `已反结，现在结到 ${closedUntil}`);
      onClose(true);
    },
  });
  return (
    <Modal
      open
      title={`反结 ${title}`}
      okText="反结"
      okButtonProps={{ danger: true, disabled: reason.trim() === '', loading: reopen.isPending }}
      onOk={() => reopen.mutate()}
      onCancel={() => onClose(false)}
    >
      <p>反结后，这些日子又可以增加和更改单据。保存的数字仍可查看。</p>
      <Input.TextArea
        autoFocus
        rows={2}
        maxLength={200}
        aria-label="反结原因"
        placeholder="反结原因（必填），如：漏记一张收据"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {reopen.error ? <Alert style={{ marginTop: 8 }} type="error" showIcon title={errorText(reopen.error)} /> : null}
    </Modal>
  );
}
