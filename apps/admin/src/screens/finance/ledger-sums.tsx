import type { LedgerRow, LedgerSums } from '@anlin/contract';
import { Table, type TableColumnType } from 'antd';
import { MoneyText } from '../../resource-ui/money-text.tsx';
import { groupThousands } from '../../resource-ui/text-of.ts';

/** Sums of the ledger for the bar above a table. */
export function ledgerTotals(totals: LedgerSums) {
  return [
    { label: '应收', value: groupThousands(totals.receivable) },
    ...(totals.discount === '0.00' ? [] : [{ label: '优惠', value: groupThousands(totals.discount) }]),
    ...(totals.waived === '0.00' ? [] : [{ label: '减免', value: groupThousands(totals.waived) }]),
    { label: '实收', value: groupThousands(totals.received) },
    { label: '未收', value: groupThousands(totals.outstanding) },
    { label: '收缴率', value: totals.rate === null ? '—' : `${totals.rate}%` },
    { label: '已收违约金', value: groupThousands(totals.lateFeeReceived) },
  ];
}

/** Columns of the sums, the same in the list and in the drawer of a house. */
export function sumColumns(order: (key: string) => 'ascend' | 'descend' | null): TableColumnType<LedgerRow>[] {
  const money = (
    title: string,
    key: keyof LedgerSums,
    width: number,
    isSorted = false,
  ): TableColumnType<LedgerRow> => ({
    title,
    key,
    width,
    align: 'right',
    ...(isSorted ? { sorter: true, sortOrder: order(key) } : {}),
    render: (_, row) => <MoneyText yuan={row[key] as string} />,
  });
  return [
    {
      title: '账单数',
      width: 76,
      align: 'right',
      render: (_, row) => <span className="figures">{row.billCount}</span>,
    },
    money('应收', 'receivable', 116, true),
    money('优惠', 'discount', 84),
    money('减免', 'waived', 84),
    money('实收', 'received', 116, true),
    money('未收', 'outstanding', 108, true),
    {
      title: '收缴率',
      width: 88,
      align: 'right',
      render: (_, row) => <span className="figures">{row.rate === null ? '—' : `${row.rate}%`}</span>,
    },
    money('已收违约金', 'lateFeeReceived', 100),
    { title: '最早未缴', width: 92, render: (_, row) => row.earliestUnpaid ?? <span className="muted">—</span> },
  ];
}

/** Sums as the last line of a table. */
export function SumsLine({ sums, leading }: { sums: LedgerSums; leading: number }) {
  const figures = [sums.receivable, sums.discount, sums.waived, sums.received, sums.outstanding];
  return (
    <Table.Summary.Row>
      <Table.Summary.Cell index={0} colSpan={leading}>
        <b>合计</b>
      </Table.Summary.Cell>
      <Table.Summary.Cell index={leading} align="right">
        {sums.billCount}
      </Table.Summary.Cell>
      {figures.map((yuan, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns are fixed.
        <Table.Summary.Cell key={index} index={leading + 1 + index} align="right">
          <MoneyText yuan={yuan} />
        </Table.Summary.Cell>
      ))}
      <Table.Summary.Cell index={leading + 6} align="right">
        {sums.rate === null ? '—' : `${sums.rate}%`}
      </Table.Summary.Cell>
      <Table.Summary.Cell index={leading + 7} align="right">
        <MoneyText yuan={sums.lateFeeReceived} />
      </Table.Summary.Cell>
      <Table.Summary.Cell index={leading + 8} />
    </Table.Summary.Row>
  );
}
