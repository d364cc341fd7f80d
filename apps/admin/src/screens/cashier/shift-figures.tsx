import type { ShiftFigure } from '@anlin/contract';
import { type Fen, formatYuan, parseYuan, subtractFen } from '@anlin/money';
import { Input, Table, type TableColumnsType } from 'antd';
import { MoneyText } from '../../resource-ui/index.ts';
import styles from './shift.module.css';

interface ShiftFiguresProps {
  figures: readonly ShiftFigure[];
  /** Of all of them. */
  expected: string;
  counted: ReadonlyMap<string, string>;
  /** Undefined while a sum is missing. */
  sums: ReadonlyMap<string, Fen> | undefined;
  totalFen: Fen | undefined;
  differenceFen: Fen | undefined;
  /** Cash comes from the notes and is not typed. */
  isCashCounted: boolean;
  onCounted: (methodId: string, text: string) => void;
}

/** Expected against counted, method by method, with the difference of each. */
export function ShiftFigures(props: ShiftFiguresProps) {
  const { figures, expected, counted, sums, totalFen, differenceFen, isCashCounted, onCounted } = props;
  const money = (title: string, read: (one: ShiftFigure) => string) => ({
    title,
    width: 104,
    align: 'right' as const,
    render: (_: unknown, one: ShiftFigure) => <MoneyText yuan={read(one)} />,
  });
  const columns: TableColumnsType<ShiftFigure> = [
    { title: '支付方式', dataIndex: 'name', ellipsis: true },
    money('收款', (one) => one.received),
    money('退款和撤销', (one) => one.returned),
    money('应交', (one) => one.expected),
    {
      title: '实点',
      width: 120,
      align: 'right',
      render: (_, one) => (
        <Input
          size="small"
          className={`figures ${styles.counted}`}
          inputMode="decimal"
          aria-label={`${one.name}实点`}
          disabled={one.isCash && isCashCounted}
          value={counted.get(one.paymentMethodId) ?? ''}
          onChange={(event) => onCounted(one.paymentMethodId, event.target.value)}
        />
      ),
    },
    {
      title: '差额',
      width: 92,
      align: 'right',
      render: (_, one) => {
        const sum = sums?.get(one.paymentMethodId);
        return sum === undefined ? '' : <MoneyText yuan={formatYuan(subtractFen(sum, parseYuan(one.expected)))} />;
      },
    },
  ];
  return (
    <Table<ShiftFigure>
      size="small"
      rowKey="paymentMethodId"
      aria-label="应交与实点"
      columns={columns}
      dataSource={figures}
      pagination={false}
      summary={() => (
        <Table.Summary.Row>
          <Table.Summary.Cell index={0} colSpan={3}>
            <b>合计</b>
          </Table.Summary.Cell>
          <Table.Summary.Cell index={3} align="right">
            <b>
              <MoneyText yuan={expected} />
            </b>
          </Table.Summary.Cell>
          <Table.Summary.Cell index={4} align="right">
            <b>{totalFen === undefined ? '' : <MoneyText yuan={formatYuan(totalFen)} />}</b>
          </Table.Summary.Cell>
          <Table.Summary.Cell index={5} align="right">
            <b>{differenceFen === undefined ? '' : <MoneyText yuan={formatYuan(differenceFen)} />}</b>
          </Table.Summary.Cell>
        </Table.Summary.Row>
      )}
    />
  );
}
