import { Alert, Button, Drawer, Empty, Flex, Skeleton } from 'antd';
import { errorText } from '../api/api.ts';
import { instantText } from '../resource-ui/text-of.ts';
import { useAddress } from '../shell/address.ts';
import styles from './message-bell.module.css';
import { useMessages } from './use-messages.ts';

/** My latest messages, newest first; each opens what it tells of. All of them are on a page of their own. */
export default function MessagesDrawer({ onClose }: { onClose: () => void }) {
  const { go } = useAddress();
  const { data, error, open, readAll } = useMessages({ page: 1, pageSize: 30, state: 'all', kind: undefined });
  return (
    <Drawer
      open
      title="消息"
      size={420}
      onClose={onClose}
      extra={
        <Flex gap={8}>
          <Button
            size="small"
            disabled={(data?.unread ?? 0) === 0}
            loading={readAll.isPending}
            onClick={() => readAll.mutate()}
          >
            全部已读
          </Button>
          <Button
            size="small"
            onClick={() => {
              onClose();
              go('/system/messages');
            }}
          >
            全部消息
          </Button>
        </Flex>
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      {data?.rows.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="还没有消息。任务完成、收据被撤销等会通知您" />
      ) : null}
      {data?.rows.map((message) => (
        <button
          type="button"
          key={message.id}
          className={styles.message}
          onClick={() => {
            if (message.link !== '') onClose();
            open(message);
          }}
        >
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
