import {
  buyerKinds,
  type InvoiceBuyer,
  invoiceKinds,
  invoiceResource,
  issueInvoice,
  isTaxNumber,
  previewInvoice,
  receiptInvoicingResource,
  requestInvoice,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Modal, Radio, Select, Skeleton } from 'antd';
import { useEffect, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { type AmountLine, AmountLines, isGood, sumOf } from './amount-lines.tsx';

interface IssueForm extends InvoiceBuyer {
  invoiceKind: 'normal' | 'special';
  note: string;
}

interface IssueDialogProps {
  receiptIds?: readonly string[];
  /** Bills whose receipts are invoiced, as far as they paid these. */
  billIds?: readonly string[];
  /** `isDone`: an invoice was issued or asked for. */
  onClose: (isDone: boolean) => void;
}

const optionsOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

/** What of which receipts, to whom: issued at once, or asked for where the person may not issue. */
export default function IssueDialog({ receiptIds = [], billIds = [], onClose }: IssueDialogProps) {
  const { message } = App.useApp();
  const mayIssue = useCan()('invoice.issue');
  const queries = useQueryClient();
  const [form] = Form.useForm<IssueForm>();
  const [edited, setEdited] = useState<AmountLine[]>();
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const { data, error } = useQuery({
    queryKey: ['invoice', 'preview', receiptIds, billIds],
    queryFn: () => call(previewInvoice, { body: { receiptIds: [...receiptIds], billIds: [...billIds] } }),
    gcTime: 0,
  });
  // What is known of the buyer is filled in once; whatever a person typed meanwhile stays.
  useEffect(() => {
    if (!data || form.isFieldTouched('name')) return;
    const title = data.titles.find((one) => one.id === data.houseTitleId);
    if (title) {
      const { id: _, ...buyer } = title;
      form.setFieldsValue(buyer);
    } else if (data.payerName !== '') form.setFieldsValue({ name: data.payerName });
  }, [data, form]);
  const lines =
    edited ??
    data?.lines.map((line) => ({ ...line, amount: line.suggested, isChosen: Number(line.suggested) > 0 })) ??
    [];
  const chosen = lines.filter((line) => line.isChosen);
  const submit = useMutation({
    mutationFn: ({ invoiceKind, note = '', ...buyer }: IssueForm) =>
      call(mayIssue ? issueInvoice : requestInvoice, {
        body: {
          kind: invoiceKind,
          lines: chosen.map(({ receiptId, chargeItemId, amount }) => ({ receiptId, chargeItemId, amount })),
          buyer,
          note,
          idempotencyKey,
        },
      }),
    onSuccess: async () => {
      message.success(mayIssue ? '已交给开票服务商，结果见“发票”' : '已登记申请，等待审核');
      await queries.invalidateQueries({ queryKey: [invoiceResource.name] });
      await queries.invalidateQueries({ queryKey: [receiptInvoicingResource.name] });
      onClose(true);
    },
  });
  const isReady = chosen.length > 0 && chosen.every(isGood) && (!mayIssue || data?.sellerName !== null);
  return (
    <Modal
      open
      width={760}
      title={mayIssue ? '开票' : '登记开票申请'}
      okText={`${mayIssue ? '开票' : '提交申请'} ${groupThousands(sumOf(lines))} 元`}
      cancelText="取消"
      okButtonProps={{ disabled: !isReady, loading: submit.isPending }}
      onOk={form.submit}
      onCancel={() => onClose(false)}
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {data?.sellerName === null ? (
        <Alert
          type="warning"
          showIcon
          title={`“${data.communityName}”还没有开票设置，请先在“财务 · 开票设置”填写并启用`}
        />
      ) : null}
      {data ? (
        <AmountLines lines={lines} leftTitle="可开票" onChange={setEdited} />
      ) : error ? null : (
        <Skeleton active />
      )}
      <Form<IssueForm>
        form={form}
        layout="vertical"
        style={{ marginTop: 16 }}
        initialValues={{ invoiceKind: 'normal', kind: 'person', name: '' }}
        onFinish={(values) => submit.mutate(values)}
      >
        {data && data.titles.length > 0 ? (
          <Form.Item label="常用抬头">
            <Select
              placeholder="从抬头簿选择"
              options={data.titles.map((one) => ({ value: one.id, label: `${one.name} ${one.taxNumber}` }))}
              onChange={(id: string) => {
                const { id: _, ...title } = data.titles.find((one) => one.id === id)!;
                form.setFieldsValue(title);
              }}
            />
          </Form.Item>
        ) : null}
        <BuyerFields />
      </Form>
      {submit.error ? <Alert type="error" showIcon title={errorText(submit.error)} /> : null}
    </Modal>
  );
}

function BuyerFields() {
  const [isMore, setMore] = useState(false);
  const kind = Form.useWatch('kind') as string | undefined;
  const text = (name: keyof InvoiceBuyer, label: string, maxLength: number) => (
    <Form.Item name={name} label={label} hidden={!isMore}>
      <Input maxLength={maxLength} />
    </Form.Item>
  );
  return (
    <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', columnGap: 16 }}>
      <Form.Item name="kind" label="抬头类型">
        <Radio.Group options={optionsOf(buyerKinds)} />
      </Form.Item>
      <Form.Item name="invoiceKind" label="票种">
        <Radio.Group options={optionsOf(invoiceKinds)} />
      </Form.Item>
      <Form.Item name="name" label="抬头名称" rules={[{ required: true, whitespace: true, message: '请填写抬头名称' }]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item
        name="taxNumber"
        label="统一社会信用代码"
        rules={[
          { required: kind === 'company', message: '开给单位须填写统一社会信用代码' },
          {
            validator: (_, value: string | undefined) =>
              !value || isTaxNumber(value) ? Promise.resolve() : Promise.reject(new Error('18 位，校验码不对，请核对')),
          },
        ]}
      >
        <Input maxLength={18} />
      </Form.Item>
      {text('email', '收票邮箱', 100)}
      {text('address', '地址', 100)}
      {text('phone', '电话', 30)}
      {text('bankName', '开户行', 60)}
      {text('bankAccount', '银行账号', 40)}
      <Form.Item name="note" label="备注">
        <Input maxLength={200} placeholder="印在发票上" />
      </Form.Item>
      {isMore ? null : (
        <Button type="link" style={{ justifySelf: 'start', padding: 0 }} onClick={() => setMore(true)}>
          更多：邮箱、地址电话、开户行
        </Button>
      )}
    </div>
  );
}
