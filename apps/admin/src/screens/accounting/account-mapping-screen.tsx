import {
  type AccountingChart,
  type AccountMapping,
  accountingCharts,
  auxiliaries,
  fillAccountMappings,
  listAccountMappings,
  mappedAccounts,
  mappingDetails,
  removeAccountMapping,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Popconfirm, Space, Table, type TableColumnType, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { PageFrame } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { DimensionTable } from './dimension-table.tsx';
import { MappingDialog } from './mapping-dialog.tsx';
import { SettlementDrawer } from './settlement-drawer.tsx';

/** FIN-4: which account of the company's books stands for each of ours. */
export default function AccountMappingScreen() {
  const mayEdit = useCan()('accountMapping.edit');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [isSettling, setSettling] = useState(false);
  const [edited, setEdited] = useState<AccountMapping | 'new'>();
  const { data, error, isFetching } = useQuery({
    queryKey: ['accountMappings'],
    queryFn: ({ signal }) => call(listAccountMappings, { signal }),
  });
  const refresh = () => void queries.invalidateQueries({ queryKey: ['accountMappings'] });
  const done = { onSuccess: refresh, onError: (failure: Error) => void message.error(errorText(failure)) };
  const fill = useMutation({
    mutationFn: (chart: AccountingChart) => call(fillAccountMappings, { body: { chart } }),
    ...done,
  });
  const remove = useMutation({
    mutationFn: (id: string) => call(removeAccountMapping, { params: { id } }),
    ...done,
  });
  const actions: TableColumnType<AccountMapping> = {
    title: '操作',
    width: 110,
    fixed: 'end',
    render: (_, row) => (
      <Space size={0}>
        <Button type="link" size="small" onClick={() => setEdited(row)}>
          修改
        </Button>
        {row.forName === '' ? null : (
          <Popconfirm title="删除后按总对应处理" okText="删除" onConfirm={() => remove.mutate(row.id)}>
            <Button type="link" size="small" danger>
              删除
            </Button>
          </Popconfirm>
        )}
      </Space>
    ),
  };
  return (
    <PageFrame
      help="系统的科目对应到财务软件的哪个科目。可以按收费项目、支付方式或税率细分；没有细分的按总对应。已生成的凭证不受影响。"
      extra={
        mayEdit ? (
          <Space>
            <Button onClick={() => setSettling(true)}>渠道手续费与结算</Button>
            {Object.entries(accountingCharts).map(([chart, name]) => (
              <Popconfirm
                key={chart}
                title={`按《${name}》重填全部对应？现有的都会被替换`}
                okText="重填"
                onConfirm={() => fill.mutate(chart as AccountingChart)}
              >
                <Button loading={fill.isPending && fill.variables === chart}>{`按${name}重填`}</Button>
              </Popconfirm>
            ))}
            <Button type="primary" disabled={!data} onClick={() => setEdited('new')}>
              细分
            </Button>
          </Space>
        ) : null
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<AccountMapping>
        size="small"
        aria-label="科目对应"
        rowKey="id"
        loading={isFetching}
        pagination={false}
        columns={mayEdit ? [...columns, actions] : columns}
        dataSource={data?.rows ?? []}
        scroll={{ x: 950 }}
      />
      {data ? (
        <Card size="small" title="小区的辅助核算">
          <DimensionTable rows={data.communities} fields={data.fields} mayEdit={mayEdit} onChanged={refresh} />
        </Card>
      ) : null}
      {isSettling ? <SettlementDrawer mayEdit={mayEdit} onClose={() => setSettling(false)} /> : null}
      {edited && data ? (
        <MappingDialog
          row={edited === 'new' ? undefined : edited}
          choices={data}
          onClose={(isDone) => {
            setEdited(undefined);
            if (isDone) refresh();
          }}
        />
      ) : null}
    </PageFrame>
  );
}

const columns: TableColumnType<AccountMapping>[] = [
  {
    title: '系统科目',
    width: 190,
    fixed: 'start',
    render: (_, { account, forName }) =>
      forName === '' ? mappedAccounts[account] : `${mappedAccounts[account]} · ${forName}`,
  },
  {
    title: '科目编码',
    width: 130,
    dataIndex: 'code',
    render: (code: string) =>
      code === '' ? <Tag color="orange">未填写</Tag> : <span className="figures">{code}</span>,
  },
  { title: '科目名称', width: 220, ellipsis: true, dataIndex: 'name' },
  { title: '含税', width: 90, render: (_, { hasTax }) => (hasTax ? '价税分离' : '—') },
  {
    title: '辅助核算',
    width: 150,
    render: (_, row) => row.auxiliaries.map((key) => auxiliaries[key]).join('、') || '—',
  },
  {
    title: '凭证分行',
    width: 190,
    render: (_, { detail }) => (detail === 'sum' ? '—' : mappingDetails[detail]),
  },
];
