import { Empty, Select, Tabs } from 'antd';
import { PageFrame } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { ApiGuide } from './api-guide.tsx';
import { KeyPanel } from './key-panel.tsx';
import { PushPanel } from './push-panel.tsx';
import { WebhookPanel } from './webhook-panel.tsx';

const tabs = ['keys', 'webhooks', 'deliveries', 'guide'];

/** PAY-8: keys, pushes and the switch of bank statements of one community, and how to use them. */
export default function OpenPlatformScreen() {
  const { communities } = useSession();
  const { id, choose } = useCommunity();
  const { search, change } = useAddress();
  const communityId = id ?? communities[0]?.id;
  const tab = tabs.includes(search.tab ?? '') ? search.tab! : 'keys';
  if (communityId === undefined) return <Empty description="您的数据范围里还没有小区" />;
  return (
    <PageFrame
      help="按小区设置：第三方程序用密钥签名后读取和写入，事件推送到对方的地址。先在“应用广场”授权。"
      extra={
        <Select
          aria-label="开放平台的小区"
          style={{ width: 200 }}
          value={communityId}
          options={communities.map((one) => ({ value: one.id, label: one.name }))}
          onChange={(next) => choose(next)}
        />
      }
    >
      <Tabs
        activeKey={tab}
        destroyOnHidden
        onChange={(next) => change({ tab: next, state: undefined, page: undefined })}
        items={[
          { key: 'keys', label: '密钥', children: <KeyPanel key={communityId} communityId={communityId} /> },
          {
            key: 'webhooks',
            label: '推送地址',
            children: <WebhookPanel key={communityId} communityId={communityId} />,
          },
          { key: 'deliveries', label: '推送记录', children: <PushPanel key={communityId} communityId={communityId} /> },
          { key: 'guide', label: '接口说明', children: <ApiGuide /> },
        ]}
      />
    </PageFrame>
  );
}
