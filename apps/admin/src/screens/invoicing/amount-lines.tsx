import { Checkbox, Input, Table } from 'antd';
import { groupThousands } from '../../resource-ui/index.ts';

export interface AmountLine {
  receiptId: string;
  receiptNumber: string;
  chargeItemId: string;
  itemName: string;
  /** What may be entered at most. */
  left: string;
  amount: string;
  isChosen: boolean;
}

export const isAmount = (text: string) => /^\d{1,12}(\.\d{1,2})?$/.test(text) && Number(text) > 0;

/** Fen of a typed amount, for sums that are shown. */
const fenOf = (text: string) => {
  const [yuan = '0', places = ''] = text.split('.');
  return BigInt(yuan) * 100n + BigInt(places.padEnd(2, '0'));
};

export function sumOf(lines: readonly AmountLine[]): string {
  const fen = lines
    .filter((line) => line.isChosen && isAmount(line.amount))
    .reduce((sum, line) => sum + fenOf(line.amount), 0n);
  return `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`;
}

export const isGood = (line: AmountLine) => isAmount(line.amount) && fenOf(line.amount) <= fenOf(line.left);

/** Items of receipts to tick, with how much of each. */
export function AmountLines({
  lines,
  leftTitle,
  onChange,
}: {
  lines: readonly AmountLine[];
  leftTitle: string;
  onChange: (lines: AmountLine[]) => void;
}) {
  const change = (at: AmountLine, patch: Partial<AmountLine>) =>
    onChange(lines.map((line) => (line === at ? { ...line, ...patch } : line)));
  return (
    <Table<AmountLine>
      size="small"
      pagination={false}
      scroll={{ y: 260 }}
      rowKey={(line) => `${line.receiptId} ${line.chargeItemId}`}
      dataSource={lines}
      columns={[
        {
          title: '',
          width: 40,
          render: (_, line) => (
            <Checkbox
              aria-label={`${line.receiptNumber} ${line.itemName}`}
              checked={line.isChosen}
              disabled={Number(line.left) <= 0}
              onChange={({ target }) => change(line, { isChosen: target.checked })}
            />
          ),
        },
        { title: '收据', dataIndex: 'receiptNumber' },
        { title: '项目', dataIndex: 'itemName' },
        { title: leftTitle, dataIndex: 'left', align: 'right', className: 'figures', render: groupThousands },
        {
          title: '本次金额',
          width: 140,
          render: (_, line) => (
            <Input
              className="figures"
              inputMode="decimal"
              aria-label={`${line.receiptNumber} ${line.itemName} 金额`}
              value={line.amount}
              disabled={!line.isChosen}
              status={line.isChosen && !isGood(line) ? 'error' : ''}
              onChange={({ target }) => change(line, { amount: target.value.trim() })}
            />
          ),
        },
      ]}
    />
  );
}
