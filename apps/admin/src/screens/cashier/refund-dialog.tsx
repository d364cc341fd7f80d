import {
  billResource,
  type EndpointReply,
  getRefundable,
  isPendingApproval,
  listPaymentMethods,
  refundAfterwards,
  takeRefund,
} from '@anlin/contract';
import { formatYuan, maxFen, parseYuan, subtractFen, sumFen, zeroFen } from '@anlin/money';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Form, Input, Modal, Radio, Select, Skeleton, Table } from 'antd';
import dayjs from 'dayjs';
import { useRef, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { askedText } from '../../resource-ui/ask-reason.tsx';
import { groupThousands, MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { newAttemptKey } from './desk-money.ts';

type Refundable = EndpointReply<typeof getRefundable>;

/** Gives money of a receipt back, line by line, in whole or in part. */
export default function RefundDialog({ receiptId, onClose }: { receiptId: string; onClose: () => void }) {
  const { data, error } = useQuery({
    queryKey: ['receipts', 'refundable', receiptId],
    queryFn: ({ signal }) => call(getRefundable, { params: { id: receiptId }, signal }),
    gcTime: 0,
  });
  const methods = useQuery({ queryKey: ['cashier', 'methods'], queryFn: () => call(listPaymentMethods) });
  if (data && methods.data)
    return <RefundForm receiptId={receiptId} left={data} methods={methods.data.rows} onClose={onClose} />;
  return (
    <Modal open title="退款" footer={null} onCancel={onClose}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : <Skeleton active />}
    </Modal>
  );
}

interface Line {
  key: string;
  kind: 'principal' | 'lateFee' | 'income';
  id: string;
  label: string;
  left: string;
}

const linesOf = (left: Refundable): Line[] => [
  ...left.bills.flatMap((bill): Line[] => [
    {
      key: `p${bill.billId}`,
      kind: 'principal',
      id: bill.billId,
      label: `${bill.targetName} ${bill.label}`,
      left: bill.principal,
    },
    ...(bill.lateFee === '0.00'
      ? []
      : [
          {
            key: `l${bill.billId}`,
            kind: 'lateFee' as const,
            id: bill.billId,
            label: `${bill.label} 违约金`,
            left: bill.lateFee,
          },
        ]),
  ]),
  ...left.incomes.map(
    (one): Line => ({
      key: `i${one.otherIncomeId}`,
      kind: 'income',
      id: one.otherIncomeId,
      label: one.label,
      left: one.amount,
    }),
  ),
];

/** Fen of what was typed; null when it is no amount. */
function readYuan(text: string) {
  const trimmed = text.trim();
  if (trimmed === '') return zeroFen;
  return /^(0|[1-9]\d{0,10})(\.\d{1,2})?$/.test(trimmed) ? parseYuan(trimmed) : null;
}

/** Methods of the desk, after those of a channel by which it was paid: that money goes back through the channel. */
function waysBack(left: Refundable, methods: readonly { id: string; name: string }[]) {
  const known = new Set(methods.map((one) => one.id));
  const online = left.tenders.filter(
    (one) => one.source === 'money' && one.isOnline && !known.has(one.paymentMethodId),
  );
  return [
    ...online.map((one) => ({ value: one.paymentMethodId, label: `${one.name}（原路退回）` })),
    ...methods.map(({ id, name }) => ({ value: id, label: name })),
  ];
}

interface Values {
  paymentMethodId: string;
  reference?: string;
  accountId?: string;
  payeeName: string;
  reason: string;
  refundedOn: dayjs.Dayjs;
  afterwards: 'owesAgain' | 'waive';
}

function RefundForm({
  receiptId,
  left,
  methods,
  onClose,
}: {
  receiptId: string;
  left: Refundable;
  methods: readonly { id: string; name: string }[];
  onClose: () => void;
}) {
  const { message } = App.useApp();
  const can = useCan();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const key = useRef(newAttemptKey());
  const lines = linesOf(left);
  const [amounts, setAmounts] = useState<Record<string, string>>({});
  const [back, setBack] = useState('');
  const fens = lines.map((line) => readYuan(amounts[line.key] ?? ''));
  const isWrong = (line: Line, index: number) => fens[index] === null || fens[index]! > parseYuan(line.left);
  const totalFen = sumFen(fens.map((one) => one ?? zeroFen));
  const backFen = readYuan(back);
  const moneyFen = backFen === null ? totalFen : subtractFen(totalFen, backFen);
  const isReady = totalFen > zeroFen && !lines.some(isWrong) && backFen !== null && moneyFen >= zeroFen;
  const fill = () => setAmounts(Object.fromEntries(lines.map((line) => [line.key, line.left])));
  const amountOf = (kind: Line['kind'], id: string) =>
    formatYuan(fens[lines.findIndex((line) => line.kind === kind && line.id === id)] ?? zeroFen);
  const submit = useMutation({
    mutationFn: (values: Values) =>
      call(takeRefund, {
        body: {
          receiptId,
          lines: {
            bills: left.bills
              .map((bill) => ({
                billId: bill.billId,
                principal: amountOf('principal', bill.billId),
                lateFee: amountOf('lateFee', bill.billId),
              }))
              .filter((one) => one.principal !== '0.00' || one.lateFee !== '0.00'),
            prepaid: [],
            deposits: [],
            incomes: left.incomes
              .map((one) => ({ otherIncomeId: one.otherIncomeId, amount: amountOf('income', one.otherIncomeId) }))
              .filter((one) => one.amount !== '0.00'),
          },
          tenders: [
            ...(moneyFen > zeroFen
              ? [
                  {
                    paymentMethodId: values.paymentMethodId,
                    amount: formatYuan(moneyFen),
                    reference: values.reference ?? '',
                  },
                ]
              : []),
            ...(backFen !== null && backFen > zeroFen && left.prepaidMethodId
              ? [
                  {
                    paymentMethodId: left.prepaidMethodId,
                    amount: formatYuan(backFen),
                    ...(values.accountId ? { prepaidAccountId: values.accountId } : {}),
                  },
                ]
              : []),
          ],
          payeeName: values.payeeName,
          reason: values.reason,
          refundedOn: values.refundedOn.format('YYYY-MM-DD'),
          afterwards: values.afterwards,
          idempotencyKey: key.current,
        },
      }),
    onSuccess: async (done) => {
      message.success(
        isPendingApproval(done) ? askedText : `退款单 ${done.number}，已退 ${groupThousands(done.total)} 元`,
      );
      await Promise.all(
        ['receipts', 'refunds', 'cashier', billResource.name].map((name) =>
          queries.invalidateQueries({ queryKey: [name] }),
        ),
      );
      onClose();
    },
    // Another attempt is another refund.
    onError: () => {
      key.current = newAttemptKey();
    },
  });
  return (
    <Modal
      open
      width={640}
      title={`退款：收据 ${left.number}`}
      okText={`退 ${groupThousands(formatYuan(totalFen))} 元`}
      cancelText="取消"
      okButtonProps={{ danger: true, disabled: !isReady, loading: submit.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Table<Line>
        size="small"
        rowKey="key"
        pagination={false}
        scroll={{ y: 220 }}
        dataSource={lines}
        title={() => (
          <Button size="small" onClick={fill}>
            全部退
          </Button>
        )}
        columns={[
          { title: '退什么', dataIndex: 'label' },
          { title: '可退', width: 110, align: 'right', render: (_, line) => <MoneyText yuan={line.left} /> },
          {
            title: '本次退',
            width: 130,
            render: (_, line, index) => (
              <Input
                size="small"
                aria-label={`本次退 ${line.label}`}
                value={amounts[line.key] ?? ''}
                placeholder="0.00"
                style={{ textAlign: 'right' }}
                status={isWrong(line, index) ? 'error' : ''}
                onChange={(event) => setAmounts({ ...amounts, [line.key]: event.target.value })}
              />
            ),
          },
        ]}
      />
      <Form
        form={form}
        layout="vertical"
        style={{ marginTop: 12 }}
        initialValues={{
          paymentMethodId: left.tenders.find((one) => one.source === 'money')?.paymentMethodId ?? methods[0]?.id,
          accountId: left.accounts[0]?.id,
          payeeName: left.payerName,
          refundedOn: dayjs(left.today),
          afterwards: 'owesAgain',
        }}
        onFinish={(values) => submit.mutate(values)}
      >
        <Form.Item
          name="paymentMethodId"
          label={`退款方式（${groupThousands(formatYuan(maxFen(moneyFen, zeroFen)))} 元，最多 ${groupThousands(left.money)} 元）`}
        >
          <Select options={waysBack(left, methods)} />
        </Form.Item>
        {left.prepaidMethodId ? (
          <Form.Item label="其中退回预存款">
            <Input
              aria-label="其中退回预存款"
              value={back}
              placeholder="0.00"
              status={backFen === null || moneyFen < zeroFen ? 'error' : ''}
              onChange={(event) => setBack(event.target.value)}
              suffix="元"
            />
          </Form.Item>
        ) : null}
        {left.accounts.length > 1 && backFen !== null && backFen > zeroFen ? (
          <Form.Item name="accountId" label="退回哪个账户">
            <Select
              options={left.accounts.map(({ id, label, balance }) => ({
                value: id,
                label: `${label}（余额 ${balance}）`,
              }))}
            />
          </Form.Item>
        ) : null}
        <Form.Item name="afterwards" label="退款以后">
          <Radio.Group
            options={Object.entries(refundAfterwards)
              .filter(([value]) => value !== 'waive' || can('bill.waive'))
              .map(([value, label]) => ({ value, label }))}
          />
        </Form.Item>
        <Form.Item name="payeeName" label="收款人">
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="refundedOn" label="退款日期" rules={[{ required: true, message: '请选择退款日期' }]}>
          <DatePicker allowClear={false} />
        </Form.Item>
        <Form.Item
          name="reason"
          label="退款原因"
          rules={[{ required: true, whitespace: true, message: '请填写退款原因' }]}
        >
          <Input maxLength={200} />
        </Form.Item>
      </Form>
      {submit.error ? <Alert type="error" showIcon title={errorText(submit.error)} /> : null}
    </Modal>
  );
}
