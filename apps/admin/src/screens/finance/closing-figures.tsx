import type { BookFigures } from '@anlin/contract';
import { Descriptions, Table } from 'antd';
import { MoneyText } from '../../resource-ui/index.ts';

const rows: readonly (readonly [label: string, key: keyof BookFigures])[] = [
  ['入账账单', 'raised'],
  ['收款净额', 'income'],
  ['其中账单本金', 'principal'],
  ['其中违约金', 'lateFee'],
  ['其中预存', 'prepaid'],
  ['其中押金', 'deposit'],
  ['其中其他收入', 'other'],
  ['退款', 'refunded'],
  ['撤销', 'reversed'],
  ['预存冲抵', 'prepaidUsed'],
  ['押金冲抵', 'depositUsed'],
  ['优惠', 'discount'],
  ['减免', 'waiver'],
  ['减免违约金', 'lateFeeWaiver'],
  ['预存赠送', 'prepaidBonus'],
  ['期末应收余额', 'receivableBalance'],
  ['期末预存余额', 'prepaidBalance'],
  ['期末押金余额', 'depositBalance'],
];

/** The figures of a closing: what came in and by which method, what was given up, and the balance of every account. */
export function ClosingFigures({ figures }: { figures: BookFigures }) {
  const amount = (title: string, key: string) => ({
    title,
    align: 'right' as const,
    render: (_: unknown, row: object) => <MoneyText yuan={String((row as Record<string, unknown>)[key])} />,
  });
  return (
    <>
      <Descriptions
        size="small"
        bordered
        column={3}
        items={[
          ...rows.map(([label, key]) => ({
            key: label,
            label,
            children: <MoneyText yuan={String(figures[key])} />,
          })),
          { key: '收据', label: '收据张数', children: figures.receiptCount },
        ]}
      />
      <h4>按支付方式</h4>
      <Table
        size="small"
        aria-label="按支付方式"
        pagination={false}
        rowKey="name"
        dataSource={figures.methods}
        locale={{ emptyText: '没有收款' }}
        columns={[
          { title: '支付方式', dataIndex: 'name' },
          amount('收款', 'received'),
          amount('退回', 'returned'),
          amount('净额', 'net'),
          { title: '笔数', align: 'right', dataIndex: 'count' },
        ]}
      />
      <h4>科目发生额和余额</h4>
      <Table
        size="small"
        aria-label="科目"
        pagination={false}
        rowKey="account"
        dataSource={figures.accounts}
        locale={{ emptyText: '没有发生额' }}
        columns={[
          { title: '科目', dataIndex: 'name' },
          amount('借方', 'debit'),
          amount('贷方', 'credit'),
          amount('期末余额（贷方为负）', 'balance'),
        ]}
      />
    </>
  );
}
