import { channelLabels, listNotifications, type NotificationView } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Skeleton, Table, type TableColumnType, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useSession } from '../../session/session-context.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import styles from './messages.module.css';
import { NotificationDrawer } from './notification-drawer.tsx';

/** PLT-6: who is told of what, and by which channel. Drawn from the events the server declares. */
export default function NotificationsScreen() {
  const { permissions } = useSession();
  const [openedKind, setOpenedKind] = useState<string>();
  const { data, error } = useQuery({ queryKey: ['notifications'], queryFn: () => call(listNotifications) });
  const groups = [...new Set(data?.rows.map((row) => row.group) ?? [])];
  const opened = data?.rows.find((row) => row.kind === openedKind);
  const open = new Set(data?.openChannels ?? []);
  const tags = (channels: readonly (keyof typeof channelLabels)[]) =>
    channels.length === 0 ? (
      <span className="muted">不发</span>
    ) : (
      channels.map((channel) => (
        <Tag key={channel} color={open.has(channel) ? 'blue' : 'default'}>
          {channelLabels[channel]}
          {open.has(channel) ? '' : '（未启用）'}
        </Tag>
      ))
    );
  const columns: TableColumnType<NotificationView>[] = [
    {
      title: '事件',
      width: 300,
      render: (_, row) => (
        <>
          <b>{row.name}</b>
          <div className="muted">{row.help}</div>
        </>
      ),
    },
    {
      title: '告诉当事人',
      width: 220,
      render: (_, row) =>
        row.personalLabel ? (
          <>
            {tags(row.personalChannels)}
            <div className="muted">{row.personalLabel}</div>
          </>
        ) : (
          <span className="muted">—</span>
        ),
    },
    {
      title: '告诉住户',
      width: 220,
      render: (_, row) =>
        row.residentLabel ? (
          <>
            {tags(row.residentChannels)}
            <div className="muted">
              {row.residentLabel}
              {row.residentWay === 'first' && row.residentChannels.length > 1 ? '，按先后发到一种为止' : ''}
            </div>
          </>
        ) : (
          <span className="muted">—</span>
        ),
    },
    {
      title: '还告诉',
      width: 140,
      render: (_, row) =>
        row.subscribers.length === 0 ? <span className="muted">无</span> : `${row.subscribers.length} 个接收人`,
    },
    {
      title: '操作',
      width: 80,
      render: (_, row) => (
        <Button size="small" aria-label={`${row.name}的通知设置`} onClick={() => setOpenedKind(row.kind)}>
          {permissions.includes('notification.edit') ? '设置' : '查看'}
        </Button>
      ),
    },
  ];
  return (
    <PageFrame help="每件事发生时告诉谁、走什么渠道。渠道在“消息渠道”里启用。">
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      {groups.map((group) => (
        <section key={group} aria-label={group}>
          <h2 className={styles.group}>{group}</h2>
          <Table<NotificationView>
            size="small"
            rowKey="kind"
            pagination={false}
            columns={columns}
            dataSource={data?.rows.filter((row) => row.group === group) ?? []}
          />
        </section>
      ))}
      {opened && data ? (
        <NotificationDrawer
          key={`${opened.kind} ${opened.version}`}
          notification={opened}
          staff={data.staff}
          groups={data.groups}
          departments={data.departments}
          onClose={() => setOpenedKind(undefined)}
        />
      ) : null}
    </PageFrame>
  );
}
