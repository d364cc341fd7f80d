import {
  type OpenGrantView,
  type PartnerKeyView,
  partnerKeyStates,
  readOpenPlatform,
  revokePartnerKey,
  shareBankStatements,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Empty, Popconfirm, Skeleton, Space, Switch, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { KeyDialog } from './key-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';
import { scopeText } from './scope-text.ts';
import { type NewSecret, SecretDialog } from './secret-dialog.tsx';

const colours = { active: 'success', ending: 'warning', ended: 'default', revoked: 'default' } as const;

type Opened = { grant: OpenGrantView; keyView?: PartnerKeyView; isRotating?: boolean };

/** Keys of a community's grants, and the switch of its bank statements. */
export function KeyPanel({ communityId }: { communityId: string }) {
  const mayEdit = useCan()('openPlatform.edit');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [opened, setOpened] = useState<Opened>();
  const [secret, setSecret] = useState<NewSecret>();
  const { data, error } = useQuery({
    queryKey: ['openPlatform', communityId],
    queryFn: ({ signal }) => call(readOpenPlatform, { query: { communityId }, signal }),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['openPlatform'] });
  const share = useMutation({
    mutationFn: (isAllowed: boolean) => call(shareBankStatements, { body: { communityId, isAllowed } }),
    onSuccess: (_, isAllowed) => message.success(isAllowed ? '已允许获取银行流水' : '已停止提供银行流水'),
    onError: (problem) => message.error(errorText(problem)),
    onSettled: refresh,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => call(revokePartnerKey, { params: { id } }),
    onSuccess: () => message.success('密钥已停用'),
    onError: (problem) => message.error(errorText(problem)),
    onSettled: refresh,
  });
  const close = (made?: NewSecret) => {
    setOpened(undefined);
    if (made) setSecret(made);
  };
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <Space>
        <Switch
          aria-label="允许财务软件获取银行流水"
          checked={data.sharesBankStatements}
          disabled={!mayEdit}
          loading={share.isPending}
          onChange={(checked) => share.mutate(checked)}
        />
        允许财务软件获取银行流水
        <span className="muted">只给有“拉取银行流水”权限的密钥，且只含本小区自己的公司账户</span>
      </Space>
      {data.grants.length === 0 ? <Empty description="还没有授权。请先在“应用广场”登记应用并授权给这个小区" /> : null}
      {data.grants.map((grant) => (
        <Card
          key={grant.id}
          size="small"
          title={`${grant.appName}（${grant.maker}）`}
          extra={
            mayEdit ? (
              <Button size="small" type="primary" onClick={() => setOpened({ grant })}>
                新建密钥
              </Button>
            ) : null
          }
        >
          <p className="muted">{`授予的权限：${scopeText(grant.scopes)}`}</p>
          <Table<PartnerKeyView>
            size="small"
            rowKey="id"
            pagination={false}
            scroll={{ x: 1000 }}
            dataSource={grant.keys}
            locale={{ emptyText: '还没有密钥' }}
            columns={[
              {
                title: '密钥编号',
                width: 210,
                render: (_, row) => (
                  <>
                    <Typography.Text
                      copyable={{ text: row.accessId }}
                    >{`${row.accessId.slice(0, 12)}…`}</Typography.Text>
                    <span className="muted"> 密钥尾号 {row.secretTail}</span>
                  </>
                ),
              },
              { title: '名称', dataIndex: 'name', width: 96, ellipsis: true },
              { title: '权限', render: (_, row) => scopeText(row.scopes) },
              {
                title: '来源地址',
                width: 110,
                ellipsis: true,
                render: (_, row) =>
                  row.allowedAddresses.length === 0 ? (
                    <span className="muted">不限</span>
                  ) : (
                    row.allowedAddresses.join('、')
                  ),
              },
              { title: '每分钟', dataIndex: 'requestsPerMinute', width: 64, align: 'right' },
              {
                title: '最近使用',
                width: 130,
                render: (_, row) =>
                  row.lastUsedAt ? (
                    <span title={row.lastAddress}>{instantText(row.lastUsedAt)}</span>
                  ) : (
                    <span className="muted">没有用过</span>
                  ),
              },
              {
                title: '状态',
                width: 110,
                render: (_, row) => (
                  <>
                    <Tag color={colours[row.state]}>{partnerKeyStates[row.state]}</Tag>
                    {row.state === 'ending' && row.endsAt ? (
                      <span className="muted">{instantText(row.endsAt)}</span>
                    ) : null}
                  </>
                ),
              },
              {
                title: '操作',
                width: 180,
                render: (_, row) =>
                  mayEdit && (row.state === 'active' || row.state === 'ending') ? (
                    <Space>
                      <Button size="small" onClick={() => setOpened({ grant, keyView: row })}>
                        修改
                      </Button>
                      <Button size="small" onClick={() => setOpened({ grant, keyView: row, isRotating: true })}>
                        更换
                      </Button>
                      <Popconfirm
                        title="立即停用这个密钥？"
                        description="用它的程序马上不能再连，不能恢复。"
                        okText="停用"
                        cancelText="取消"
                        onConfirm={() => revoke.mutate(row.id)}
                      >
                        <Button size="small" danger>
                          停用
                        </Button>
                      </Popconfirm>
                    </Space>
                  ) : null,
              },
            ]}
          />
        </Card>
      ))}
      {opened?.isRotating && opened.keyView ? <RotateDialog keyView={opened.keyView} onClose={close} /> : null}
      {opened && !opened.isRotating ? (
        <KeyDialog grant={opened.grant} keyView={opened.keyView} onClose={close} />
      ) : null}
      {secret ? <SecretDialog secret={secret} onClose={() => setSecret(undefined)} /> : null}
    </Space>
  );
}
