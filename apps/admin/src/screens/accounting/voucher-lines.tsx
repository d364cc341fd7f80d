import type { VoucherLine } from '@anlin/contract';
import { Table, type TableColumnType } from 'antd';
import { MoneyText } from '../../resource-ui/index.ts';

const columns: TableColumnType<VoucherLine>[] = [
  { title: '摘要', width: 260, dataIndex: 'summary' },
  {
    title: '科目',
    width: 240,
    render: (_, { code, name }) => (
      <span>
        {code === '' ? <em>未填编码</em> : <span className="figures">{code}</span>} {name}
      </span>
    ),
  },
  { title: '辅助核算', width: 170, dataIndex: 'auxiliaries', render: (text: string) => text || '—' },
  { title: '借方', width: 120, align: 'right', render: (_, { debit }) => (debit ? <MoneyText yuan={debit} /> : null) },
  {
    title: '贷方',
    width: 120,
    align: 'right',
    render: (_, { credit }) => (credit ? <MoneyText yuan={credit} /> : null),
  },
];

interface VoucherLinesProps {
  lines: readonly VoucherLine[];
  total: string;
  /** Shows the documents a line sums up. */
  onOpen?: ((line: VoucherLine) => void) | undefined;
}

/** The entries of a voucher with their sums, which are the same on both sides. */
export function VoucherLines({ lines, total, onOpen }: VoucherLinesProps) {
  return (
    <Table<VoucherLine>
      size="small"
      aria-label="分录"
      pagination={false}
      rowKey={(line) => `${line.summary} ${line.code} ${line.debit} ${line.credit}`}
      columns={columns}
      dataSource={lines as VoucherLine[]}
      scroll={{ x: 860 }}
      onRow={(line) =>
        onOpen && line.sumsUp
          ? { onClick: () => onOpen(line), title: '点开看这一行汇总的单据', style: { cursor: 'pointer' } }
          : {}
      }
      summary={() => (
        <Table.Summary.Row>
          <Table.Summary.Cell index={0} colSpan={3}>
            合计
          </Table.Summary.Cell>
          <Table.Summary.Cell index={3} align="right">
            <MoneyText yuan={total} />
          </Table.Summary.Cell>
          <Table.Summary.Cell index={4} align="right">
            <MoneyText yuan={total} />
          </Table.Summary.Cell>
        </Table.Summary.Row>
      )}
    />
  );
}
