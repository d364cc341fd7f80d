import { endOtherSessions, endSession, listSessions } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Flex, Popconfirm, Skeleton, Tag } from 'antd';
import { call, errorText } from '../api/api.ts';
import { instantText } from '../resource-ui/text-of.ts';
import { deviceName } from './device-name.ts';
import styles from './sessions-drawer.module.css';

const key = ['sessions'];

/** Where the person is signed in; any other device can be signed out from here (PLT-2). */
export default function SessionsDrawer({ onClose }: { onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { data, error } = useQuery({ queryKey: key, queryFn: () => call(listSessions), staleTime: 0 });
  const end = useMutation({
    mutationFn: (id: string) => call(endSession, { params: { id } }),
    onSuccess: () => message.success('该设备已退出'),
    onError: (problem) => message.error(errorText(problem)),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const endOthers = useMutation({
    mutationFn: () => call(endOtherSessions),
    onSuccess: ({ ended }) => message.success(`其他 ${ended} 个设备已退出`),
    onError: (problem) => message.error(errorText(problem)),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const otherCount = data?.rows.filter((session) => !session.isCurrent).length ?? 0;
  return (
    <Drawer
      title="登录设备"
      open
      onClose={onClose}
      size={420}
      extra={
        otherCount > 1 ? (
          <Popconfirm title={`退出其他 ${otherCount} 个设备？`} okText="退出" onConfirm={() => endOthers.mutate()}>
            <Button size="small">退出其他设备</Button>
          </Popconfirm>
        ) : null
      }
    >
      <p className="muted">看到不认识的设备，请结束它并修改密码。</p>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      <ul className={styles.list}>
        {data?.rows.map((session) => (
          <li key={session.id} className={styles.row}>
            <div>
              <Flex gap={8} align="center">
                {deviceName(session.userAgent)}
                {session.isCurrent ? (
                  <Tag color="blue" variant="filled">
                    本机
                  </Tag>
                ) : null}
              </Flex>
              <div className="muted">
                {session.ip} · {instantText(session.createdAt)} 登录 · 最近使用 {instantText(session.lastSeenAt)}
              </div>
            </div>
            {session.isCurrent ? null : (
              <Popconfirm title="结束这个设备的登录？" okText="结束" onConfirm={() => end.mutate(session.id)}>
                <Button size="small">结束</Button>
              </Popconfirm>
            )}
          </li>
        ))}
      </ul>
    </Drawer>
  );
}
