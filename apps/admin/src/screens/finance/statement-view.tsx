import {
  type EndpointReply,
  type readStatement,
  type StatementBill,
  type StatementPayment,
  statementPaymentKinds,
} from '@anlin/contract';
import { Link } from '@tanstack/react-router';
import { Alert, Card, Empty, Flex, Table, type TableColumnType, Tag, Typography } from 'antd';
import { groupThousands, MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import styles from './statement.module.css';

type Shown = EndpointReply<typeof readStatement>;

/** The statement on the screen: the sums as a calculation, then bills, payments, and what the company holds. */
export function StatementView({ statement }: { statement: Shown }) {
  const { totals, leftOut } = statement;
  const isDue = totals.lateFeeDue !== '0.00';
  return (
    <Flex vertical gap={12} className={styles.statement ?? ''}>
      <Card size="small">
        <Typography.Title level={4} style={{ margin: 0 }}>
          {statement.ownerName || '（未登记业主）'} {statement.houses.map((house) => house.label).join('、')}
        </Typography.Title>
        <span className="muted">
          {statement.communityName} · {statement.ownerPhone} · {statement.from} 至 {statement.to}
        </span>
        <div className={styles.sums}>
          <Sum label={`${statement.from} 以前欠费`} yuan={totals.opening} />
          <Sum label="＋ 本期应收" yuan={totals.billed} />
          <Sum label="－ 优惠、减免" yuan={totals.reduced} />
          <Sum label="－ 已付" yuan={totals.paid} />
          <Sum label="＋ 退款" yuan={totals.refunded} />
          <Sum label={`＝ 截至 ${statement.to} 欠费`} yuan={totals.owes} isResult />
        </div>
        <span className="muted">
          另付违约金 {groupThousands(totals.lateFeePaid)}
          {isDue ? `，另有未付违约金 ${groupThousands(totals.lateFeeDue)}（算到 ${statement.madeOn}）` : ''}
        </span>
      </Card>
      {leftOut.count > 0 ? (
        <Alert
          type="info"
          showIcon
          title={`这些房屋、车位、车辆还有 ${leftOut.count} 张业主入住以前的账单，未收 ${groupThousands(leftOut.outstanding)} 元，不属于这位业主，没有列入。`}
        />
      ) : null}
      <Card size="small" title={`账单（${statement.bills.length} 张）`}>
        <Table<StatementBill>
          size="small"
          rowKey="id"
          aria-label="账单"
          pagination={{ pageSize: 50, hideOnSinglePage: true }}
          scroll={{ x: 1080 }}
          columns={billColumns}
          dataSource={statement.bills}
          locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="这段时间没有账单" /> }}
        />
      </Card>
      <Card size="small" title="付款">
        <Table<StatementPayment>
          size="small"
          rowKey="id"
          aria-label="付款"
          pagination={{ pageSize: 50, hideOnSinglePage: true }}
          columns={paymentColumns}
          dataSource={statement.payments}
          locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="这段时间没有付款" /> }}
        />
      </Card>
      <Holdings statement={statement} />
    </Flex>
  );
}

function Sum({ label, yuan, isResult = false }: { label: string; yuan: string; isResult?: boolean }) {
  return (
    <div data-result={isResult}>
      <span className="muted">{label}</span>
      <MoneyText yuan={yuan} />
    </div>
  );
}

const money = (title: string, key: 'opening' | 'billed' | 'reduced' | 'paid' | 'refunded' | 'owes') =>
  ({
    title,
    key,
    width: 96,
    align: 'right',
    render: (_: unknown, bill: StatementBill) =>
      bill[key] === '0.00' ? <span className="muted">—</span> : <MoneyText yuan={bill[key]} />,
  }) satisfies TableColumnType<StatementBill>;

/** To the bill with how it came about and all that happened to it. */
function BillLink({ bill }: { bill: StatementBill }) {
  const text = `${bill.place} · ${bill.item} ${bill.periodText}`;
  return useCan()('bill.view') ? (
    <Link to="/charging/bills" search={{ id: bill.id } as never}>
      {text}
    </Link>
  ) : (
    text
  );
}

/** To the receipt or refund; an undoing goes by the receipt's number. */
function PaymentLink({ payment: { kind, number } }: { payment: StatementPayment }) {
  return useCan()('receipt.view') ? (
    <Link to={kind === 'refund' ? '/cashier/refunds' : '/cashier/receipts'} search={{ q: number } as never}>
      {number}
    </Link>
  ) : (
    number
  );
}

const billColumns: TableColumnType<StatementBill>[] = [
  {
    title: '账单和计算',
    render: (_, bill) => (
      <>
        <BillLink bill={bill} /> {bill.isVoided ? <Tag>已作废</Tag> : null}
        <div className={`muted ${styles.how}`}>{bill.sentence}</div>
      </>
    ),
  },
  { title: '缴费期限', width: 100, render: (_, bill) => bill.dueOn },
  money('期初欠', 'opening'),
  money('应收', 'billed'),
  money('减免', 'reduced'),
  money('已付', 'paid'),
  money('退款', 'refunded'),
  { ...money('还欠', 'owes'), fixed: 'end' },
];

const paymentColumns: TableColumnType<StatementPayment>[] = [
  { title: '日期', width: 110, render: (_, one) => one.day },
  { title: '类型', width: 80, render: (_, one) => statementPaymentKinds[one.kind] },
  { title: '单号', width: 200, render: (_, one) => <PaymentLink payment={one} /> },
  { title: '方式', render: (_, one) => one.methods },
  { title: '本金', width: 110, align: 'right', render: (_, one) => <MoneyText yuan={one.principal} /> },
  { title: '违约金', width: 100, align: 'right', render: (_, one) => <MoneyText yuan={one.lateFee} /> },
  { title: '合计', width: 110, align: 'right', render: (_, one) => <MoneyText yuan={one.total} /> },
];

function Holdings({ statement: { prepaid, deposits } }: { statement: Shown }) {
  return (
    <>
      {prepaid.length > 0 ? (
        <Card size="small" title="预存款">
          {prepaid.map((one) => (
            <div key={`${one.place} ${one.item}`} className={styles.line}>
              <span>
                {one.place} · {one.item}
              </span>
              <span className="figures">
                期初 {groupThousands(one.opening)}　存入 {groupThousands(one.added)}　使用 {groupThousands(one.used)}　
                <b>余额 {groupThousands(one.balance)}</b>
              </span>
            </div>
          ))}
        </Card>
      ) : null}
      {deposits.length > 0 ? (
        <Card size="small" title="押金">
          {deposits.map((one) => (
            <div key={`${one.place} ${one.item} ${one.takenOn} ${one.taken}`} className={styles.line}>
              <span>
                {one.place} · {one.item} · {one.takenOn} 收 {groupThousands(one.taken)}
              </span>
              <b className="figures">在押 {groupThousands(one.held)}</b>
            </div>
          ))}
        </Card>
      ) : null}
    </>
  );
}
