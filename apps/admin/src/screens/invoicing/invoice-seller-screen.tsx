import { type InvoiceSellerView, invoiceProviders, listInvoiceSellers } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Skeleton, Table, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { PageFrame } from '../../shell/page-frame.tsx';

const SellerDrawer = lazy(() => import('./seller-drawer.tsx'));

/** Who invoices, and through which provider: one for the company, others for communities with a seller of their own. */
export default function InvoiceSellerScreen() {
  const mayEdit = useCan()('invoiceSeller.edit');
  const [opened, setOpened] = useState<InvoiceSellerView | 'new'>();
  const { data, error } = useQuery({ queryKey: ['invoiceSellers'], queryFn: () => call(listInvoiceSellers) });
  return (
    <PageFrame
      help="全公司设一项；由项目公司或分公司开票的小区另设一项。税率和税收分类编码在“收费项目”里。"
      extra={
        mayEdit ? (
          <Button type="primary" onClick={() => setOpened('new')}>
            新增
          </Button>
        ) : null
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      {data ? (
        <Table<InvoiceSellerView>
          rowKey="id"
          pagination={false}
          scroll={{ x: 1130 }}
          dataSource={data.rows}
          locale={{ emptyText: '还没有开票设置。填写销售方和开票服务商后才能开票' }}
          columns={[
            { title: '适用', dataIndex: 'communityName', width: 120 },
            { title: '销售方', dataIndex: 'name', width: 220 },
            { title: '统一社会信用代码', dataIndex: 'taxNumber', width: 180 },
            { title: '开票人', dataIndex: 'issuerName', width: 90 },
            {
              title: '服务商',
              width: 230,
              ellipsis: true,
              render: (_, row) => `${invoiceProviders[row.provider]} · ${row.host}`,
            },
            {
              title: '状态',
              width: 90,
              render: (_, row) => <Tag color={row.isOn ? 'success' : 'default'}>{row.isOn ? '已启用' : '已停用'}</Tag>,
            },
            { title: '修改时间', dataIndex: 'updatedAt', width: 150, render: instantText },
            {
              title: '',
              width: 80,
              render: (_, row) => (
                <Button type="link" size="small" onClick={() => setOpened(row)}>
                  {mayEdit ? '修改' : '查看'}
                </Button>
              ),
            },
          ]}
        />
      ) : null}
      <Suspense>
        {opened ? (
          <SellerDrawer
            key={opened === 'new' ? 'new' : opened.id}
            seller={opened === 'new' ? undefined : opened}
            onClose={() => setOpened(undefined)}
          />
        ) : null}
      </Suspense>
    </PageFrame>
  );
}
