import {
  createOffer,
  houseStatuses,
  type OfferKind,
  type OfferTerms,
  type OfferView,
  offerKinds,
  updateOffer,
} from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { App, DatePicker, Form, Input, InputNumber, Select, Space, Switch } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { call } from '../../api/api.ts';
import { FormDrawer } from '../../resource-ui/form-drawer.tsx';
import { ReferenceSelect, ReferencesSelect } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';

interface OfferValues {
  name: string;
  kind: OfferKind;
  months?: number;
  freeMonths?: number;
  percentOff?: string;
  daysBeforeDue?: number | null;
  tagId?: string;
  amount?: string;
  statuses?: (keyof typeof houseStatuses)[];
  isEnabled: boolean;
  validFrom: Dayjs;
  validTo?: Dayjs | null;
  communityIds: string[];
  chargeItemIds: string[];
  isStackable: boolean;
  note: string;
}

const required = (message: string) => ({ required: true, message });
const amountRule = { pattern: /^\d{1,12}(\.\d{1,2})?$/, message: '应为大于 0 的数字，最多两位小数' };
const options = <K extends string>(labels: Readonly<Record<K, string>>) =>
  Object.entries<string>(labels).map(([value, label]) => ({ value, label }));

/** What an offer gives, to whom and until when. */
export function OfferForm({ offer, onClose }: { offer: OfferView | undefined; onClose: (isSaved: boolean) => void }) {
  const { message } = App.useApp();
  const { communities } = useSession();
  const [form] = Form.useForm<OfferValues>();
  const kind = Form.useWatch('kind', form) ?? offer?.terms.kind ?? 'payMonthsGetFree';
  const save = useMutation({
    mutationFn: async (values: OfferValues) => {
      const body = bodyOf(values);
      if (offer) await call(updateOffer, { params: { id: offer.id }, body: { ...body, version: offer.version } });
      else await call(createOffer, { body });
    },
    onSuccess() {
      message.success('优惠活动已保存');
      onClose(true);
    },
  });
  return (
    <FormDrawer
      title={offer ? `修改优惠活动“${offer.name}”` : '新增优惠活动'}
      size={520}
      form={form}
      initialValues={initialOf(offer)}
      isSaving={save.isPending}
      error={save.error}
      onSave={(values) => save.mutate(values)}
      onClose={() => onClose(false)}
    >
      <Form.Item name="name" label="活动名称" rules={[required('请填写活动名称')]} help="印在收据上">
        <Input maxLength={40} placeholder="如：缴一年送一个月" />
      </Form.Item>
      <Form.Item name="kind" label="优惠方式" rules={[required('请选择优惠方式')]}>
        <Select options={options(offerKinds)} />
      </Form.Item>
      <TermFields kind={kind} />
      <Space align="start" size="middle">
        <Form.Item name="validFrom" label="从哪天起收款" rules={[required('请选择开始日期')]}>
          <DatePicker allowClear={false} />
        </Form.Item>
        <Form.Item name="validTo" label="到哪天（含）">
          <DatePicker placeholder="长期" />
        </Form.Item>
      </Space>
      <Form.Item name="communityIds" label="小区">
        <Select
          mode="multiple"
          placeholder="全部小区"
          showSearch={{ optionFilterProp: 'label' }}
          options={communities.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <Form.Item name="chargeItemIds" label="收费项目" help="不选为全部项目">
        <ReferencesSelect to="chargeItem" />
      </Form.Item>
      <Form.Item name="isStackable" label="可与其他可叠加的活动一起用" valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="isEnabled" label="启用" valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="note" label="备注">
        <Input.TextArea maxLength={200} autoSize={{ minRows: 2, maxRows: 4 }} />
      </Form.Item>
    </FormDrawer>
  );
}

/** What an offer of a kind needs to know. */
function TermFields({ kind }: { kind: OfferKind }) {
  const percent = (
    <Form.Item name="percentOff" label="减免百分之几" rules={[required('请填写减免百分比'), amountRule]}>
      <Input className="figures" inputMode="decimal" suffix="%" placeholder="打九五折填 5" />
    </Form.Item>
  );
  const tag = (
    <Form.Item name="tagId" label="标签" rules={[required('请选择标签')]}>
      <ReferenceSelect to="tag" />
    </Form.Item>
  );
  switch (kind) {
    case 'payMonthsGetFree':
      return (
        <Space align="start" size="middle">
          <Form.Item name="months" label="一次缴满几个月" rules={[required('请填写月数')]}>
            <InputNumber min={1} max={60} precision={0} />
          </Form.Item>
          <Form.Item name="freeMonths" label="送几个月" rules={[required('请填写月数')]}>
            <InputNumber min={1} max={60} precision={0} />
          </Form.Item>
        </Space>
      );
    case 'percentIfPaidBefore':
      return (
        <>
          {percent}
          <Form.Item
            name="daysBeforeDue"
            label="最晚在缴费期限前几天收清"
            help="留空只看有效期；0 为缴费期限当天及以前"
          >
            <InputNumber min={0} max={365} precision={0} />
          </Form.Item>
        </>
      );
    case 'fixedForTag':
      return (
        <>
          {tag}
          <Form.Item name="amount" label="每张账单减多少" rules={[required('请填写金额'), amountRule]}>
            <Input className="figures" inputMode="decimal" suffix="元" />
          </Form.Item>
        </>
      );
    case 'percentForTag':
      return (
        <>
          {tag}
          {percent}
        </>
      );
    case 'vacantRate':
      return (
        <>
          <Form.Item name="statuses" label="房屋状态" rules={[required('请选择房屋状态')]}>
            <Select mode="multiple" options={options(houseStatuses)} />
          </Form.Item>
          {percent}
        </>
      );
  }
}

function initialOf(offer: OfferView | undefined): Partial<OfferValues> {
  if (!offer)
    return {
      kind: 'payMonthsGetFree',
      months: 12,
      freeMonths: 1,
      statuses: ['vacant'],
      isEnabled: true,
      isStackable: false,
      validFrom: dayjs(),
      communityIds: [],
      chargeItemIds: [],
    };
  const { terms, validFrom, validTo, ...rest } = offer;
  return { ...rest, ...terms, validFrom: dayjs(validFrom), validTo: validTo === null ? null : dayjs(validTo) };
}

function bodyOf(values: OfferValues) {
  return {
    name: values.name,
    terms: termsOf(values),
    isEnabled: values.isEnabled,
    validFrom: values.validFrom.format('YYYY-MM-DD'),
    validTo: values.validTo?.format('YYYY-MM-DD') ?? null,
    communityIds: values.communityIds,
    chargeItemIds: values.chargeItemIds,
    isStackable: values.isStackable,
    note: values.note ?? '',
  };
}

function termsOf(values: OfferValues): OfferTerms {
  const { kind, months = 0, freeMonths = 0, percentOff = '', tagId = '', amount = '', statuses = [] } = values;
  switch (kind) {
    case 'payMonthsGetFree':
      return { kind, months, freeMonths };
    case 'percentIfPaidBefore':
      return { kind, percentOff, daysBeforeDue: values.daysBeforeDue ?? null };
    case 'fixedForTag':
      return { kind, tagId, amount };
    case 'percentForTag':
      return { kind, tagId, percentOff };
    case 'vacantRate':
      return { kind, percentOff, statuses };
  }
}
