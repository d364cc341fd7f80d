import type { BookFigures } from '@anlin/contract';
import { Table } from 'antd';
import { MoneyText } from '../../resource-ui/index.ts';
import styles from './closing.module.css';

type Line = readonly [label: string, key: keyof BookFigures, isPart?: 'part'];

const groups: readonly (readonly [heading: string, lines: readonly Line[]])[] = [
  [
    '收款',
    [
      ['收款净额', 'income'],
      ['账单本金', 'principal', 'part'],
      ['违约金', 'lateFee', 'part'],
      ['预存', 'prepaid', 'part'],
      ['押金', 'deposit', 'part'],
      ['其他收入', 'other', 'part'],
      ['退款', 'refunded'],
      ['撤销', 'reversed'],
    ],
  ],
  [
    '账单',
    [
      ['入账账单', 'raised'],
      ['优惠', 'discount'],
      ['减免', 'waiver'],
      ['减免违约金', 'lateFeeWaiver'],
      ['预存冲抵', 'prepaidUsed'],
      ['押金冲抵', 'depositUsed'],
      ['预存赠送', 'prepaidBonus'],
    ],
  ],
  [
    '期末余额',
    [
      ['应收余额', 'receivableBalance'],
      ['预存余额', 'prepaidBalance'],
      ['押金余额', 'depositBalance'],
    ],
  ],
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
      <div className={styles.groups}>
        {groups.map(([heading, lines]) => (
          <dl key={heading} className={styles.group}>
            <div className={styles.heading}>
              {heading === '收款' ? `收款（收据 ${figures.receiptCount} 张）` : heading}
            </div>
            {lines.map(([label, key, isPart]) => (
              <div key={label} className={`${styles.row} ${isPart ? styles.part : ''}`}>
                <dt>{isPart ? `其中${label}` : label}</dt>
                <dd>
                  <MoneyText yuan={String(figures[key])} />
                </dd>
              </div>
            ))}
          </dl>
        ))}
      </div>
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
