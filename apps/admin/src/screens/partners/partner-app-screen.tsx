import { listPartnerApps, type PartnerAppView, type PartnerGrantView, revokePartnerGrant } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Popconfirm, Skeleton, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import { AppDialog } from './app-dialog.tsx';
import { GrantDialog } from './grant-dialog.tsx';
import { scopeText } from './scope-text.ts';

/** PAY-8: apps of third parties, what they ask for, and which communities granted it. */
export default function PartnerAppScreen() {
  const can = useCan();
  const [edited, setEdited] = useState<PartnerAppView | 'new'>();
  const [granted, setGranted] = useState<PartnerAppView>();
  const { data, error } = useQuery({
    queryKey: ['partnerApps'],
    queryFn: ({ signal }) => call(listPartnerApps, { signal }),
  });
  return (
    <PageFrame
      help="第三方软件先登记为应用，写明它要哪些权限；再授权给小区，随时可以收回。密钥和推送在“开放平台”中设置。"
      extra={
        can('partnerApp.edit') ? (
          <Button type="primary" onClick={() => setEdited('new')}>
            登记应用
          </Button>
        ) : null
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      {data ? (
        <Table<PartnerAppView>
          size="small"
          rowKey="id"
          pagination={false}
          scroll={{ x: 900 }}
          dataSource={data.rows}
          locale={{ emptyText: <Empty description="还没有应用。财务软件、门禁等要对接时，先在这里登记" /> }}
          expandable={{
            defaultExpandAllRows: true,
            expandedRowRender: (row) => <Grants app={row} />,
            rowExpandable: (row) => row.grants.length > 0,
          }}
          columns={[
            { title: '应用', dataIndex: 'name', width: 180 },
            { title: '开发者', dataIndex: 'maker', width: 180 },
            { title: '说明', dataIndex: 'description', ellipsis: true },
            { title: '所需权限', width: 280, render: (_, row) => scopeText(row.askedScopes) },
            {
              title: '操作',
              width: 150,
              render: (_, row) => (
                <Space>
                  {can('partnerApp.grant') ? (
                    <Button size="small" type="primary" ghost onClick={() => setGranted(row)}>
                      授权
                    </Button>
                  ) : null}
                  {can('partnerApp.edit') ? (
                    <Button size="small" onClick={() => setEdited(row)}>
                      修改
                    </Button>
                  ) : null}
                </Space>
              ),
            },
          ]}
        />
      ) : null}
      {edited ? <AppDialog app={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} /> : null}
      {granted ? <GrantDialog app={granted} onClose={() => setGranted(undefined)} /> : null}
    </PageFrame>
  );
}

function Grants({ app }: { app: PartnerAppView }) {
  const can = useCan();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: (id: string) => call(revokePartnerGrant, { params: { id } }),
    onSuccess: () => message.success('已收回，密钥和推送立即失效'),
    onError: (problem) => message.error(errorText(problem)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['partnerApps'] }),
  });
  return (
    <Table<PartnerGrantView>
      size="small"
      rowKey="id"
      pagination={false}
      dataSource={app.grants}
      columns={[
        { title: '小区', dataIndex: 'communityName', width: 160 },
        { title: '授予的权限', render: (_, row) => scopeText(row.scopes) },
        { title: '授权', width: 200, render: (_, row) => `${instantText(row.grantedAt)} ${row.grantedByName}` },
        { title: '有效密钥', width: 90, align: 'right', dataIndex: 'keyCount' },
        {
          title: '最近使用',
          width: 140,
          render: (_, row) => (row.lastUsedAt ? instantText(row.lastUsedAt) : <span className="muted">没有用过</span>),
        },
        {
          title: '状态',
          width: 200,
          render: (_, row) =>
            row.revokedAt ? (
              <>
                <Tag>已收回</Tag>
                <span className="muted">{`${instantText(row.revokedAt)} ${row.revokedByName}`}</span>
              </>
            ) : (
              <Tag color="success">已授权</Tag>
            ),
        },
        {
          title: '',
          width: 80,
          render: (_, row) =>
            row.revokedAt === null && can('partnerApp.grant') ? (
              <Popconfirm
                title={`收回“${row.communityName}”对“${app.name}”的授权？`}
                description="它的密钥和推送立即失效，不能恢复；再用须重新授权、换新密钥。"
                okText="收回"
                cancelText="取消"
                onConfirm={() => revoke.mutate(row.id)}
              >
                <Button size="small" danger>
                  收回
                </Button>
              </Popconfirm>
            ) : null,
        },
      ]}
    />
  );
}
