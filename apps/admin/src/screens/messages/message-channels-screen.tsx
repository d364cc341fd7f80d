import { type ChannelView, channelForms, channelLabels, listChannels } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/text-of.ts';
import { useSession } from '../../session/session-context.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import { ChannelDrawer } from './channel-drawer.tsx';
import styles from './messages.module.css';

const purposes: Readonly<Record<ChannelView['channel'], string>> = {
  sms: '发给员工和住户；登录验证码也走这里',
  email: '发给员工',
  wecom: '发给员工；也用于企业微信登录',
  wechat: '发给关注了公众号的住户',
  miniProgram: '发给在小程序里订阅了的住户，订阅一次收一条',
};

/** PLT-14: the ways messages leave the house, each with its account at the provider. */
export default function MessageChannelsScreen() {
  const { permissions } = useSession();
  const [opened, setOpened] = useState<ChannelView['channel']>();
  const { data, error } = useQuery({ queryKey: ['messageChannels'], queryFn: () => call(listChannels) });
  const channel = data?.rows.find((one) => one.channel === opened);
  return (
    <PageFrame help="站内消息一直可用；其他渠道填写服务商账号并启用后，才会出现在通知设置里。">
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      <div className={styles.cards}>
        {data?.rows.map((row) => (
          <section key={row.channel} className={styles.card} aria-label={channelLabels[row.channel]}>
            <div className={styles.cardHead}>
              <h2 className={styles.cardTitle}>{channelLabels[row.channel]}</h2>
              <Tag color={row.isOn ? 'success' : 'default'}>{row.isOn ? '已启用' : '未启用'}</Tag>
            </div>
            <p className="muted">{purposes[row.channel]}</p>
            <p className="muted">
              {row.updatedAt
                ? `${channelForms[row.channel].providers[row.provider] ?? row.provider} · ${instantText(row.updatedAt)} 修改`
                : '还没有设置'}
            </p>
            <Button onClick={() => setOpened(row.channel)}>
              {permissions.includes('messageChannel.edit') ? '设置' : '查看'}
            </Button>
          </section>
        ))}
      </div>
      {channel && data ? (
        <ChannelDrawer
          key={`${channel.channel} ${channel.version}`}
          channel={channel}
          events={data.events}
          isDemo={data.isDemo}
          onClose={() => setOpened(undefined)}
        />
      ) : null}
    </PageFrame>
  );
}
