import {
  createOfficialReply,
  deleteOfficialReply,
  listOfficialReplies,
  type OfficialReplyBody,
  type OfficialReplyView,
  type ReplyContent,
  type ReplyMoment,
  replyMoments,
  residentFunctions,
  updateOfficialReply,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Dropdown, Empty, Table, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { SettingsDrawer } from '../../resource-ui/settings-drawer.tsx';
import { useCan } from '../../session/session-context.ts';
import styles from './official-account.module.css';
import { ReplyForm } from './reply-form.tsx';
import { ReplyTest } from './reply-test.tsx';

const repliesKey = ['officialReplies'] as const;
const formId = 'official-reply';

type Edited = { moment: ReplyMoment; reply: OfficialReplyView | undefined };

/** What the account answers by itself, and a box to try it. */
export function RepliesPanel() {
  const mayEdit = useCan()('officialAccount.publish');
  const [edited, setEdited] = useState<Edited>();
  const { data, error } = useQuery({
    queryKey: repliesKey,
    queryFn: ({ signal }) => call(listOfficialReplies, { signal }),
  });
  const rows = data?.rows ?? [];
  const missing = (['follow', 'default'] as const).filter((moment) => !rows.some((one) => one.moment === moment));
  return (
    <div className={styles.columns}>
      <div className={styles.side} style={{ maxWidth: 820 }}>
        {mayEdit ? (
          <div className={styles.tools}>
            <Button type="primary" onClick={() => setEdited({ moment: 'keyword', reply: undefined })}>
              新增关键词回复
            </Button>
            {missing.length > 0 ? (
              <Dropdown
                menu={{
                  items: missing.map((moment) => ({ key: moment, label: `${replyMoments[moment]}的回复` })),
                  onClick: ({ key }) => setEdited({ moment: key as ReplyMoment, reply: undefined }),
                }}
              >
                <Button>设置关注时、没有匹配时的回复</Button>
              </Dropdown>
            ) : null}
          </div>
        ) : null}
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        <Table<OfficialReplyView>
          size="small"
          rowKey="id"
          loading={!data && !error}
          dataSource={rows}
          pagination={false}
          locale={{ emptyText: <Empty description="还没有自动回复。住户发来的话没有人应答" /> }}
          columns={columns((reply) => setEdited({ moment: reply.moment, reply }))}
        />
      </div>
      <ReplyTest />
      {edited ? (
        <ReplyDrawer
          key={edited.reply ? `${edited.reply.id} ${edited.reply.version}` : edited.moment}
          edited={edited}
          mayEdit={mayEdit}
          onClose={() => setEdited(undefined)}
        />
      ) : null}
    </div>
  );
}

const columns = (open: (row: OfficialReplyView) => void) => [
  { title: '什么时候', dataIndex: 'moment', width: 110, render: (moment: ReplyMoment) => replyMoments[moment] },
  {
    title: '关键词',
    width: 220,
    render: (_: unknown, { keywords }: OfficialReplyView) =>
      keywords.map(({ match, text }) => <Tag key={`${match} ${text}`}>{match === 'exact' ? text : `…${text}…`}</Tag>),
  },
  {
    title: '回复',
    ellipsis: true,
    render: (_: unknown, row: OfficialReplyView) => (
      <Button
        type="link"
        size="small"
        title={inShort(row.content)}
        style={{ padding: 0, maxWidth: '100%' }}
        onClick={() => open(row)}
      >
        <span style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{inShort(row.content)}</span>
      </Button>
    ),
  },
  {
    title: '',
    width: 80,
    render: (_: unknown, { isOn }: OfficialReplyView) => (isOn ? null : <Tag>已停用</Tag>),
  },
];

function inShort(content: ReplyContent): string {
  if (content.kind === 'card') return `卡片：${content.title}`;
  const links = content.links.map((key) => residentFunctions[key].label);
  return [content.text, ...links.map((label) => `[${label}]`)].join(' ');
}

function ReplyDrawer({ edited, mayEdit, onClose }: { edited: Edited; mayEdit: boolean; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { moment, reply } = edited;
  const done = async (text: string) => {
    message.success(text);
    await queries.invalidateQueries({ queryKey: repliesKey });
    onClose();
  };
  const save = useMutation({
    mutationFn: async (body: Omit<OfficialReplyBody, 'moment'>) => {
      if (reply)
        await call(updateOfficialReply, { params: { id: reply.id }, body: { ...body, version: reply.version } });
      else await call(createOfficialReply, { body: { ...body, moment } });
    },
    onSuccess: () => done('已保存，马上生效'),
  });
  const remove = useMutation({
    mutationFn: () => call(deleteOfficialReply, { params: { id: reply?.id ?? '' } }),
    onSuccess: () => done('已删除'),
  });
  return (
    <SettingsDrawer
      title={reply ? `${replyMoments[moment]}的回复` : `新增${replyMoments[moment]}的回复`}
      mayEdit={mayEdit}
      isSaving={save.isPending}
      error={save.error ?? remove.error}
      deleteQuestion={reply ? '删除这条自动回复？' : undefined}
      onSave={() => (document.getElementById(formId) as HTMLFormElement | null)?.requestSubmit()}
      onDelete={() => remove.mutate()}
      onClose={onClose}
    >
      <ReplyForm id={formId} moment={moment} reply={reply} mayEdit={mayEdit} onSave={(body) => save.mutate(body)} />
    </SettingsDrawer>
  );
}
