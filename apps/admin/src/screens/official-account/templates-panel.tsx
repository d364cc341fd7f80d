import { type EndpointReply, listOfficialTemplates, syncOfficialTemplates } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Table, type TableColumnsType, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import styles from './official-account.module.css';
import { TemplateDrawer, templatesKey } from './template-drawer.tsx';

type Templates = EndpointReply<typeof listOfficialTemplates>;
type Event = Templates['events'][number];

/** Which of the account's templates stands for which event, and how its fields are filled. */
export function TemplatesPanel() {
  const { message } = App.useApp();
  const mayEdit = useCan()('officialAccount.edit');
  const queries = useQueryClient();
  const [opened, setOpened] = useState<string>();
  const { data, error } = useQuery({
    queryKey: templatesKey,
    queryFn: ({ signal }) => call(listOfficialTemplates, { signal }),
  });
  const sync = useMutation({
    mutationFn: () => call(syncOfficialTemplates),
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
          {data?.syncedAt
            ? `${data.templates.length} 个模板，${instantText(data.syncedAt)} 同步`
            : '还没有同步。先在公众平台“模板消息”里添加模板，再同步'}
        </span>
      </div>
      {(error ?? sync.error) ? (
        <Alert type="error" showIcon role="alert" title={errorText(error ?? sync.error)} />
      ) : null}
      {data && data.version === 0 ? (
        <Alert
          type="warning"
          showIcon
          title="请先到“系统 · 消息渠道 · 公众号”填写 AppID 和 AppSecret"
          style={{ marginBottom: 12 }}
        />
      ) : null}
      <Table<Event>
        size="small"
        rowKey="kind"
        pagination={false}
        loading={!data && !error}
        dataSource={data?.events ?? []}
        columns={data ? columns(data, setOpened) : []}
      />
      {data && event ? (
        <TemplateDrawer
          key={`${event.kind} ${data.version}`}
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

const columns = ({ mappings, templates }: Templates, open: (kind: string) => void): TableColumnsType<Event> => [
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
      return isTold ? <Tag color="success">发给住户</Tag> : <Tag>没有勾选公众号</Tag>;
    },
  },
];
