import type { TargetKind } from '@anlin/contract';
import { type EndpointArguments, type HandoverHoldings, type handOverHouse, holdingDecisions } from '@anlin/contract';
import { Form, Select, Table, Typography } from 'antd';
import { groupThousands, MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';

/** By the id of the account or deposit: `stay`, `refund`, or `house:<id>` and `parkingSpace:<id>`, `vehicle:<id>` where it moves. */
export type HoldingChoices = Readonly<Record<string, string>>;
type Holdings = NonNullable<EndpointArguments<typeof handOverHouse>['body']['holdings']>;

interface Row {
  id: string;
  kind: 'prepaid' | 'deposit';
  label: string;
  targetLabel: string;
  amount: string;
  /** What may move or go back. */
  free: string;
  remark: string;
}

const rowsOf = ({ prepaid, deposits }: HandoverHoldings): Row[] => [
  ...prepaid.map((one) => ({
    id: one.id,
    kind: 'prepaid' as const,
    label: one.label,
    targetLabel: one.targetLabel,
    amount: one.balance,
    free: one.paid,
    remark: one.paid === one.balance ? '' : `可转可退 ${groupThousands(one.paid)} 元，其余是赠送的，留在房屋`,
  })),
  ...deposits.map((one) => ({
    id: one.id,
    kind: 'deposit' as const,
    label: one.label,
    targetLabel: one.targetLabel,
    amount: one.held,
    free: one.held,
    remark: [one.holderName, `${one.takenOn} 收`].filter((text) => text !== '').join('，'),
  })),
];

/** What was chosen as the server takes it; what nobody touched stays. */
export function holdingsOf(seen: HandoverHoldings | undefined, choices: HoldingChoices = {}): Holdings {
  return (seen ? rowsOf(seen) : []).map(({ id, kind, amount }) => {
    const choice = choices[id] ?? 'stay';
    if (choice === 'stay' || choice === 'refund') return { kind, id, amount, decision: choice };
    const [place, placeId] = choice.split(':') as [TargetKind, string];
    return { kind, id, amount, decision: 'move', to: { kind: place, id: placeId } };
  });
}

/** Prepaid and deposits of the house, each with what becomes of it, and by what the refunds are paid. */
export function HandoverHoldingFields({ seen }: { seen: HandoverHoldings }) {
  const choices = Form.useWatch<HoldingChoices | undefined>('choices') ?? {};
  const rows = rowsOf(seen);
  const isRefunding = rows.some((row) => choices[row.id] === 'refund');
  if (rows.length === 0) return null;
  return (
    <>
      <Form.Item label="预存款和押金" style={{ marginBottom: 12 }}>
        <Table<Row>
          size="small"
          rowKey="id"
          pagination={false}
          dataSource={rows}
          columns={[
            {
              title: '项目',
              render: (_, row) => (
                <>
                  {row.label} <span className="muted">{row.targetLabel}</span>
                  {row.remark === '' ? null : <div className="muted">{row.remark}</div>}
                </>
              ),
            },
            { title: '余额', width: 110, align: 'right', render: (_, row) => <MoneyText yuan={row.amount} /> },
            {
              title: '怎么处理',
              width: 280,
              render: (_, row) => (
                <Form.Item name={['choices', row.id]} initialValue="stay" noStyle>
                  <DecisionSelect row={row} seen={seen} />
                </Form.Item>
              ),
            },
          ]}
        />
      </Form.Item>
      {isRefunding ? (
        <Form.Item
          name="refundMethodId"
          label="退款方式"
          rules={[{ required: true, message: '请选择退款方式' }]}
          extra="退给迁出的原业主，今天开一张退款单"
        >
          <Select
            style={{ maxWidth: 280 }}
            options={seen.methods.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      ) : null}
      <Typography.Paragraph className="muted">
        留在房屋的预存款由新业主使用；押金转到其他房屋只限同一小区。
      </Typography.Paragraph>
    </>
  );
}

interface DecisionSelectProps {
  row: Row;
  seen: HandoverHoldings;
  value?: string;
  onChange?: (value: string) => void;
}

/** Only what the person may do and what makes sense for this one. */
function DecisionSelect({ row, seen, value = 'stay', onChange }: DecisionSelectProps) {
  const can = useCan();
  const hasFree = Number(row.free) > 0;
  const mayMove = hasFree && can(row.kind === 'prepaid' ? 'prepaid.move' : 'deposit.keep');
  const places = seen.places.filter((place) => mayMove && (row.kind === 'prepaid' || place.isSameCommunity));
  return (
    <Select
      aria-label={`${row.targetLabel} ${row.label} 怎么处理`}
      style={{ width: '100%' }}
      value={value}
      {...(onChange ? { onChange } : {})}
      options={[
        { value: 'stay', label: holdingDecisions.stay },
        ...(hasFree && can('receipt.refund') ? [{ value: 'refund', label: holdingDecisions.refund }] : []),
        ...places.map((place) => ({ value: `${place.kind}:${place.id}`, label: `转到 ${place.label}` })),
      ]}
    />
  );
}
