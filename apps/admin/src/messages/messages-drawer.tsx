import { type EndpointReply, type listMessages, type MessageView, readAllMessages, readMessage } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Empty, Skeleton } from 'antd';
import { call, errorText } from '../api/api.ts';
import { instantText } from '../resource-ui/text-of.ts';
import { useAddress } from '../shell/address.ts';
import styles from './message-bell.module.css';
import { messagesKey } from './messages-key.ts';

interface MessagesDrawerProps {
  messages: EndpointReply<typeof listMessages> | undefined;
  error: unknown;
  onClose: () => void;
}

/** My messages, newest first; each opens what it tells of. */
export default function MessagesDrawer({ messages, error, onClose }: MessagesDrawerProps) {
  const queries = useQueryClient();
  const { go } = useAddress();
  const refresh = () => queries.invalidateQueries({ queryKey: messagesKey });
  const read = useMutation({ mutationFn: (id: string) => call(readMessage, { params: { id } }), onSettled: refresh });
  const readAll = useMutation({ mutationFn: () => call(readAllMessages), onSettled: refresh });
  const open = (message: MessageView) => {
    if (message.readAt === null) read.mutate(message.id);
    if (message.link === '') return;
    onClose();
    const { pathname, searchParams } = new URL(message.link, window.location.origin);
    go(pathname, Object.fromEntries(searchParams));
  };
  return (
    <Drawer
      open
      title="消息"
      size={420}
      onClose={onClose}
      extra={
        <Button
          size="small"
          disabled={(messages?.unread ?? 0) === 0}
          loading={readAll.isPending}
          onClick={() => readAll.mutate()}
        >
          全部已读
        </Button>
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!messages && !error ? <Skeleton active /> : null}
      {messages?.rows.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="还没有消息。任务完成、收据被撤销等会通知您" />
      ) : null}
      {messages?.rows.map((message) => (
        <button type="button" key={message.id} className={styles.message} onClick={() => open(message)}>
          <span className={styles.title} data-unread={message.readAt === null}>
            {message.title}
          </span>
          <span>{message.body}</span>
          <span className="muted">{instantText(message.createdAt)}</span>
        </button>
      ))}
    </Drawer>
  );
}
