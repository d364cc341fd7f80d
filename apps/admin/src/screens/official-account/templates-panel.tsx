import {
  channelLabels,
  type EndpointReply,
  listOfficialTemplates,
  syncOfficialTemplates,
  type WechatAccountKind,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Segmented, Table, type TableColumnsType, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import styles from './official-account.module.css';
import { TemplateDrawer, templatesKey } from './template-drawer.tsx';

type Templates = EndpointReply<typeof listOfficialTemplates>;
type Event = Templates['events'][number];

/** Where each account gets its templates. */
const sources: Readonly<Record<WechatAccountKind, string>> = {
  wechat: '还没有同步。先在公众平台“模板消息”里添加模板，再同步',
  miniProgram: '还没有同步。先在小程序后台“订阅消息”里选用模板，再同步',
};

/** Templates of the 公众号 and of the mini-program, one at a time. */
export function TemplatesPanel() {
  const [account, setAccount] = useState<WechatAccountKind>('wechat');
  return (
    <>
      <Segmented<WechatAccountKind>
        aria-label="哪一种"
        style={{ marginBottom: 12 }}
        value={account}
        options={[
          { value: 'wechat', label: '公众号模板消息' },
          { value: 'miniProgram', label: '小程序订阅消息' },
        ]}
        onChange={setAccount}
      />
      <AccountTemplates key={account} account={account} />
    </>
  );
}

/** Which of an account's templates stands for which event, and how its fields are filled. */
function AccountTemplates({ account }: { account: WechatAccountKind }) {
  const { message } = App.useApp();
  const mayEdit = useCan()('officialAccount.edit');
  const queries = useQueryClient();
  const [opened, setOpened] = useState<string>();
  const { data, error } = useQuery({
    queryKey: [...templatesKey, account],
    queryFn: ({ signal }) => call(listOfficialTemplates, { query: { account }, signal }),
  });
  const sync = useMutation({
    mutationFn: () => call(syncOfficialTemplates, { query: { account } }),
    async onSuccess({ count }) {
      message.success(`读到 ${count} 个模板`);
      await queries.invalidateQueries({ queryKey: templatesKey });
    },
  });
  const event = data?.events.find((one) => one.kind === opened);
  return (
    <>
      <div className={styles.tools}>
        {mayEdit ? (
          <Button loading={sync.isPending} onClick={() => sync.mutate()}>
            从微信同步模板
          </Button>
        ) : null}
        <span className="muted">
          {data?.syncedAt ? `${data.templates.length} 个模板，${instantText(data.syncedAt)} 同步` : sources[account]}
        </span>
      </div>
      {(error ?? sync.error) ? (
        <Alert type="error" showIcon role="alert" title={errorText(error ?? sync.error)} />
      ) : null}
      {data && data.version === 0 ? (
        <Alert
          type="warning"
          showIcon
          title={`请先到“系统 · 消息渠道 · ${channelLabels[account]}”填写 AppID 和 AppSecret`}
          style={{ marginBottom: 12 }}
        />
      ) : null}
      <Table<Event>
        size="small"
        rowKey="kind"
        pagination={false}
        loading={!data && !error}
        dataSource={data?.events ?? []}
        columns={data ? columns(account, data, setOpened) : []}
      />
      {data && event ? (
        <TemplateDrawer
          key={`${event.kind} ${data.version}`}
          account={account}
          event={event}
          templates={data.templates}
          mapping={data.mappings[event.kind]}
          version={data.version}
          mayEdit={mayEdit && data.version > 0}
          onClose={() => setOpened(undefined)}
        />
      ) : null}
    </>
  );
}

const columns = (
  account: WechatAccountKind,
  { mappings, templates }: Templates,
  open: (kind: string) => void,
): TableColumnsType<Event> => [
  {
    title: '通知',
    dataIndex: 'name',
    width: 160,
    render: (name: string, { kind }) => (
      <Button type="link" size="small" style={{ padding: 0 }} onClick={() => open(kind)}>
        {name}
      </Button>
    ),
  },
  { title: '什么时候', dataIndex: 'help' },
  {
    title: '模板',
    width: 220,
    render: (_, { kind }) => {
      const mapping = mappings[kind];
      if (!mapping) return <Tag>未选择</Tag>;
      const template = templates.find((one) => one.templateId === mapping.templateId);
      return template?.title ?? <Tag color="warning">{mapping.templateId}（未同步到）</Tag>;
    },
  },
  {
    title: '通知设置',
    width: 170,
    render: (_, { isTold }) => {
      if (isTold === null) return '在“催缴”中选择';
      return isTold ? <Tag color="success">发给住户</Tag> : <Tag>没有勾选{channelLabels[account]}</Tag>;
    },
  },
  ...(account === 'wechat'
    ? []
    : [
        {
          title: '住户已订阅',
          dataIndex: 'agreed',
          width: 110,
          align: 'right' as const,
          render: (count: number) => `${count} 条`,
        },
      ]),
];
