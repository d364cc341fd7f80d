import { listMessages, type MessageView, readAllMessages, readMessage } from '@anlin/contract';
import { MessageOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Badge, Button, Drawer, Empty, Skeleton, Tooltip } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../api/api.ts';
import { instantText } from '../resource-ui/text-of.ts';
import { useAddress } from '../shell/address.ts';
import styles from './message-bell.module.css';

const messagesKey = ['messages'] as const;
const pollMilliseconds = 30_000;

/** My messages in the top bar: how many are unread, and each opens what it tells of. */
export function MessageBell() {
  const [isOpen, setOpen] = useState(false);
  const queries = useQueryClient();
  const { go } = useAddress();
  const refresh = () => queries.invalidateQueries({ queryKey: messagesKey });
  const { data, error } = useQuery({
    queryKey: messagesKey,
    queryFn: ({ signal }) => call(listMessages, { signal }),
    refetchInterval: pollMilliseconds,
  });
  const read = useMutation({ mutationFn: (id: string) => call(readMessage, { params: { id } }), onSettled: refresh });
  const readAll = useMutation({ mutationFn: () => call(readAllMessages), onSettled: refresh });
  const unread = data?.unread ?? 0;
  const open = (message: MessageView) => {
    if (message.readAt === null) read.mutate(message.id);
    if (message.link === '') return;
    setOpen(false);
    const { pathname, searchParams } = new URL(message.link, window.location.origin);
    go(pathname, Object.fromEntries(searchParams));
  };
  return (
    <>
      <Tooltip title={unread === 0 ? '消息' : `${unread} 条未读消息`}>
        <Badge count={unread} size="small" offset={[-6, 6]}>
          <Button type="text" aria-label="消息" icon={<MessageOutlined />} onClick={() => setOpen(true)} />
        </Badge>
      </Tooltip>
      <Drawer
        title="消息"
        open={isOpen}
        onClose={() => setOpen(false)}
        size={420}
        extra={
          <Button size="small" disabled={unread === 0} loading={readAll.isPending} onClick={() => readAll.mutate()}>
            全部已读
          </Button>
        }
      >
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        {!data && !error ? <Skeleton active /> : null}
        {data?.rows.length === 0 ? (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="还没有消息。任务完成、收据被撤销等会通知您" />
        ) : null}
        {data?.rows.map((message) => (
          <button type="button" key={message.id} className={styles.message} onClick={() => open(message)}>
            <span className={styles.title} data-unread={message.readAt === null}>
              {message.title}
            </span>
            <span>{message.body}</span>
            <span className="muted">{instantText(message.createdAt)}</span>
          </button>
        ))}
      </Drawer>
    </>
  );
}
