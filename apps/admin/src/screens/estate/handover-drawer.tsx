import { ProblemError } from '@anlin/client';
import {
  arrearsDecisions,
  type HandoverHoldings,
  type HandoverReport,
  handOverHouse,
  houseRelations,
  isPendingApproval,
  listHandoverHoldings,
  occupancyRoles,
  previewHandover,
} from '@anlin/contract';
import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Drawer, Flex, Form, Input, Radio, Skeleton, Space, Typography } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { askedText, askReason } from '../../resource-ui/ask-reason.tsx';
import { DayField } from './day-field.tsx';
import { HandoverHoldingFields, type HoldingChoices, holdingsOf } from './handover-holdings.tsx';
import { HandoverPreview } from './handover-preview.tsx';
import { todayText } from './today.ts';

interface HandoverForm {
  handedOverOn: string;
  newOwners: { name: string; phone?: string }[];
  leavingOccupancyIds: string[];
  arrears: keyof typeof arrearsDecisions;
  splitBills: boolean;
  choices?: HoldingChoices;
  refundMethodId?: string;
  note?: string;
}

const phoneRule = { pattern: /^(1\d{10}|0\d{2,3}-?\d{7,8})?$/, message: '应为 11 位手机号或带区号的座机号' };

/** Hands a house over (EST-8): fill in, look at everything that will happen, then do it or ask for it. */
export default function HandoverDrawer(props: { houseId: string; houseLabel: string; onClose: () => void }) {
  const { houseId, houseLabel, onClose } = props;
  const { data, error } = useQuery({
    queryKey: ['house', 'relations', houseId],
    queryFn: ({ signal }) => call(houseRelations, { params: { id: houseId }, signal }),
  });
  const holdings = useQuery({
    queryKey: ['house', 'handoverHoldings', houseId],
    queryFn: ({ signal }) => call(listHandoverHoldings, { params: { id: houseId }, signal }),
    // Figures of money are looked at afresh each time.
    gcTime: 0,
  });
  const people = data?.people.filter((person) => person.movedOutOn === null);
  const failure = error ?? holdings.error;
  if (!people || !holdings.data)
    return (
      <Drawer open size={720} title={`过户 ${houseLabel}`} onClose={onClose}>
        {failure ? <Alert type="error" showIcon title={errorText(failure)} /> : <Skeleton active />}
      </Drawer>
    );
  return <HandoverDialog {...props} people={people} seen={holdings.data} />;
}

type People = Awaited<ReturnType<typeof call<typeof houseRelations>>>['people'];

function HandoverDialog({
  houseId,
  houseLabel,
  people,
  seen,
  onClose,
}: {
  houseId: string;
  houseLabel: string;
  people: People;
  seen: HandoverHoldings;
  onClose: () => void;
}) {
  const [form] = Form.useForm<HandoverForm>();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const params = { id: houseId };
  const preview = useMutation<HandoverReport, Error, HandoverForm>({
    mutationFn: (values) => call(previewHandover, { params, body: bodyOf(values, seen) }),
  });
  const hand = useMutation({
    mutationFn: (reason: string) =>
      call(handOverHouse, { params, body: { ...bodyOf(form.getFieldsValue(), seen), reason } }),
    async onError(error, reason) {
      if (reason !== '' || !(error instanceof ProblemError) || error.code !== 'approval.reasonRequired') return;
      const given = await askReason(modal, errorText(error));
      if (given !== null) hand.mutate(given);
    },
    async onSuccess(done) {
      message.success(isPendingApproval(done) ? askedText : doneText(done));
      await queries.invalidateQueries();
      onClose();
    },
  });
  const error = hand.error ?? preview.error;
  return (
    <Drawer
      open
      size={760}
      title={`过户 ${houseLabel}`}
      onClose={onClose}
      footer={
        <Space>
          <Button onClick={() => form.submit()} loading={preview.isPending}>
            预览
          </Button>
          <Button type="primary" disabled={!preview.data} loading={hand.isPending} onClick={() => hand.mutate('')}>
            确认过户
          </Button>
          {preview.data ? null : <span className="muted">先预览会发生什么，再确认</span>}
        </Space>
      }
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={initialOf(people)}
        onFinish={(values) => preview.mutate(values)}
        onValuesChange={() => {
          preview.reset();
          hand.reset();
        }}
      >
        <Form.Item
          name="handedOverOn"
          label="过户日"
          rules={[{ required: true, message: '请填写过户日' }]}
          extra="原业主计费到前一天，新业主从这一天起"
        >
          <DayField />
        </Form.Item>
        <OwnerFields />
        <Form.Item name="leavingOccupancyIds" label="迁出人员" extra="租客等不勾选的人继续在住">
          <Checkbox.Group>
            <Flex vertical gap={4}>
              {people.map((person) => (
                <Checkbox key={person.id} value={person.id}>
                  {person.name}（{occupancyRoles[person.role]}）
                </Checkbox>
              ))}
              {people.length === 0 ? <span className="muted">房屋还没有住户</span> : null}
            </Flex>
          </Checkbox.Group>
        </Form.Item>
        <Form.Item name="arrears" label="过户前的欠费">
          <Radio.Group options={Object.entries(arrearsDecisions).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        <Form.Item
          name="splitBills"
          valuePropName="checked"
          extra="超过过户日的未收账单作废，按过户日分成前后两段重新生成；已收款的须先撤销收款"
        >
          <Checkbox>按过户日重新生成这些账单</Checkbox>
        </Form.Item>
        <HandoverHoldingFields seen={seen} />
        <Form.Item name="note" label="备注">
          <Input.TextArea maxLength={500} autoSize={{ minRows: 1, maxRows: 3 }} />
        </Form.Item>
      </Form>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {preview.data ? <HandoverPreview report={preview.data} /> : null}
    </Drawer>
  );
}

function OwnerFields() {
  return (
    <Form.List name="newOwners">
      {(fields, { add, remove }) => (
        <div>
          <Typography.Text>新业主</Typography.Text>
          {fields.map((field, index) => (
            <Flex key={field.key} gap={12} align="start" style={{ marginTop: 8 }}>
              <Form.Item
                name={[field.name, 'name']}
                style={{ flex: 1 }}
                rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}
              >
                <Input aria-label={`新业主${index + 1} 姓名`} placeholder="姓名" maxLength={40} />
              </Form.Item>
              <Form.Item name={[field.name, 'phone']} style={{ flex: 1 }} rules={[phoneRule]}>
                <Input
                  aria-label={`新业主${index + 1} 电话`}
                  placeholder="电话（已登记的住户会自动认出）"
                  maxLength={20}
                />
              </Form.Item>
              {fields.length > 1 ? (
                <Button
                  type="text"
                  aria-label={`删除新业主${index + 1}`}
                  icon={<MinusCircleOutlined />}
                  onClick={() => remove(field.name)}
                />
              ) : null}
            </Flex>
          ))}
          <Form.Item>
            <Button size="small" icon={<PlusOutlined />} onClick={() => add({ name: '' })}>
              共有人
            </Button>
          </Form.Item>
        </div>
      )}
    </Form.List>
  );
}

/** The owner and the family leave, whoever rents stays. */
function initialOf(people: People): HandoverForm {
  return {
    handedOverOn: todayText(),
    newOwners: [{ name: '' }],
    leavingOccupancyIds: people.filter(({ role }) => role === 'owner' || role === 'family').map(({ id }) => id),
    arrears: 'stay',
    splitBills: true,
  };
}

function doneText({ houseLabel, newOwners, refund }: HandoverReport): string {
  const money = refund ? `，退款 ${refund.total} 元，退款单 ${refund.number}` : '';
  return `${houseLabel} 已过户给 ${newOwners.join('、')}${money}。可在“过户记录”打印结清单`;
}

function bodyOf({ newOwners, note, choices, refundMethodId, ...values }: HandoverForm, seen: HandoverHoldings) {
  const holdings = holdingsOf(seen, choices);
  const isRefunding = holdings.some((one) => one.decision === 'refund');
  return {
    ...values,
    holdings,
    refundMethodId: isRefunding ? (refundMethodId ?? null) : null,
    note: note ?? '',
    newOwners: newOwners.map(({ name, phone }) => ({ name, phone: phone ?? '' })),
  };
}
