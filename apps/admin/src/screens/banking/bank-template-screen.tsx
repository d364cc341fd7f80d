import {
  amountUnits,
  type BankTemplateView,
  bankEncodings,
  bankTemplateKinds,
  listBankTemplates,
  updateBankTemplate,
} from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Switch, Table, type TableColumnType } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { PageFrame } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';

const TemplateDrawer = lazy(() => import('./template-drawer.tsx'));

/** 银行模板: how each bank wants its file and how it answers. */
export default function BankTemplateScreen() {
  const mayEdit = useCan()('bankTemplate.edit');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [editing, setEditing] = useState<BankTemplateView | 'new'>();
  const list = useQuery({ queryKey: ['bankTemplates'], queryFn: ({ signal }) => call(listBankTemplates, { signal }) });
  const refresh = () => queries.invalidateQueries({ queryKey: ['bankTemplates'] });
  const toggle = useMutation({
    mutationFn: ({ id, version, template, isEnabled }: BankTemplateView) =>
      call(updateBankTemplate, { params: { id }, body: { template, version, isEnabled: !isEnabled } }),
    onError: (error) => message.error(errorText(error)),
    onSettled: refresh,
  });
  const columns: TableColumnType<BankTemplateView>[] = [
    { title: '名称', render: (_, row) => row.template.name },
    { title: '格式', width: 140, render: (_, row) => bankTemplateKinds[row.template.kind] },
    { title: '编码', width: 90, render: (_, row) => bankEncodings[row.template.encoding] },
    { title: '金额', width: 140, render: (_, row) => amountUnits[row.template.amountUnit] },
    { title: '成功代码', width: 120, render: (_, row) => row.template.successCodes.join('、') },
    {
      title: '启用',
      width: 80,
      render: (_, row) => (
        <Switch
          size="small"
          aria-label={`启用 ${row.template.name}`}
          checked={row.isEnabled}
          disabled={!mayEdit}
          loading={toggle.isPending && toggle.variables.id === row.id}
          onChange={() => toggle.mutate(row)}
        />
      ),
    },
    {
      title: '操作',
      width: 90,
      render: (_, row) => (
        <Button type="link" size="small" onClick={() => setEditing(row)}>
          {mayEdit ? '修改' : '查看'}
        </Button>
      ),
    },
  ];
  return (
    <PageFrame
      help="每家银行的代扣文件和结果文件格式。自带两种常见格式，请按银行给的接口说明新增或修改；已生成的批次不受影响。"
      extra={
        mayEdit ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
            新增银行模板
          </Button>
        ) : null
      }
    >
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      <Table<BankTemplateView>
        rowKey="id"
        size="small"
        aria-label="银行模板"
        loading={list.isFetching}
        pagination={false}
        columns={columns}
        dataSource={list.data?.rows ?? []}
        scroll={{ x: 860 }}
      />
      <Suspense>
        {editing ? (
          <TemplateDrawer
            view={editing === 'new' ? undefined : editing}
            mayEdit={mayEdit}
            onClose={(isDone) => {
              setEditing(undefined);
              if (isDone) void refresh();
            }}
          />
        ) : null}
      </Suspense>
    </PageFrame>
  );
}
