import { type ShiftDetail as Detail, getShiftDetail, shiftDocumentKinds, shiftResource } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Skeleton, Table, type TableColumnsType } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';
import styles from './receipts.module.css';

type Figure = Detail['figures'][number];
type Document = Detail['documents'][number];

/** What one shift handed over: by method, the notes that were counted, and every document, which opens from here. */
export default function ShiftDetail({ id }: { id: string }) {
  const { go } = useAddress();
  const { data, error } = useQuery({
    queryKey: [shiftResource.name, 'detail', id],
    queryFn: ({ signal }) => call(getShiftDetail, { params: { id }, signal }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  const open = (one: Document) =>
    one.refundId
      ? go('/cashier/refunds', { id: one.refundId })
      : go('/cashier/receipts', { id: one.receiptId ?? undefined });
  return (
    <>
      <Table<Figure>
        size="small"
        rowKey="paymentMethodId"
        aria-label="各支付方式"
        columns={figureColumns}
        dataSource={data.figures}
        pagination={false}
        scroll={{ x: 560 }}
      />
      {data.denominations.length > 0 ? (
        <p className="figures">
          <span className="muted">点钞：</span>
          {data.denominations.map((one) => `${one.name} × ${one.count}`).join('，')}
        </p>
      ) : null}
      <h3 className={styles.section}>{`收退款 ${data.documentCount} 笔`}</h3>
      <Table<Document>
        size="small"
        rowKey={(one) => `${one.documentId} ${one.methodName} ${one.amount}`}
        aria-label="本班单据"
        columns={documentColumns(open)}
        dataSource={data.documents}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ x: 560 }}
        footer={
          data.documents.length < data.documentCount
            ? () => `列出 ${data.documents.length} 笔，其余不在您的数据范围内或太多`
            : undefined
        }
      />
    </>
  );
}

const money = (title: string, key: keyof Figure) => ({
  title,
  width: 100,
  align: 'right' as const,
  render: (_: unknown, one: Figure) => <MoneyText yuan={String(one[key])} />,
});

const figureColumns: TableColumnsType<Figure> = [
  { title: '支付方式', dataIndex: 'name', ellipsis: true },
  { title: '笔数', dataIndex: 'count', width: 60, align: 'right' },
  money('收款', 'received'),
  money('退款和撤销', 'returned'),
  money('应交', 'expected'),
  money('实点', 'counted'),
  money('差额', 'difference'),
];

const documentColumns = (open: (one: Document) => void): TableColumnsType<Document> => [
  { title: '时间', width: 140, render: (_, one) => <span className="figures">{instantText(one.at)}</span> },
  { title: '类型', width: 90, render: (_, one) => shiftDocumentKinds[one.kind] },
  {
    title: '单据号',
    width: 180,
    render: (_, one) => (
      <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={() => open(one)}>
        {one.number}
      </Button>
    ),
  },
  { title: '收费对象', dataIndex: 'targetName', ellipsis: true },
  { title: '方式', dataIndex: 'methodName', width: 90, ellipsis: true },
  { title: '金额', width: 100, align: 'right', render: (_, one) => <MoneyText yuan={one.amount} /> },
];
