import { countUnreadMessages } from '@anlin/contract';
import { MessageOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Tooltip } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call } from '../api/api.ts';
import styles from './message-bell.module.css';
import { messagesKey } from './messages-key.ts';

const MessagesDrawer = lazy(() => import('./messages-drawer.tsx'));
const pollMilliseconds = 30_000;

/** My messages in the top bar: how many are unread, asked every half minute while the page is looked at, and the way to them. */
export function MessageBell() {
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery({
    queryKey: [...messagesKey, 'unread'],
    queryFn: ({ signal }) => call(countUnreadMessages, { signal }),
    refetchInterval: pollMilliseconds,
  });
  const unread = data?.unread ?? 0;
  return (
    <>
      <Tooltip title={unread === 0 ? '消息' : `${unread} 条未读消息`}>
        <Button
          type="text"
          className={styles.bell ?? ''}
          aria-label={unread === 0 ? '消息' : `消息，${unread} 条未读`}
          icon={<MessageOutlined />}
          onClick={() => setOpen(true)}
        >
          {unread === 0 ? null : <span className={styles.count}>{unread > 99 ? '99+' : unread}</span>}
        </Button>
      </Tooltip>
      <Suspense>{isOpen ? <MessagesDrawer onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  );
}
