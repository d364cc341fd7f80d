import { getSettlementSetting, type SettlementSetting, saveSettlementSetting } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, DatePicker, Form, Skeleton, Switch } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { call, errorText } from '../../api/api.ts';
import { SettingsDrawer } from '../../resource-ui/settings-drawer.tsx';

interface Values {
  booksFees: boolean;
  feesFrom: Dayjs | null;
  booksPayouts: boolean;
  payoutsFrom: Dayjs | null;
}

const toDay = (day: Dayjs | null | undefined) => day?.format('YYYY-MM-DD') ?? null;
const fromDay = (day: string | null) => (day === null ? null : dayjs(day));

/** Whether what channels keep and pay out goes into the books, and from which day. */
export function SettlementDrawer({ mayEdit, onClose }: { mayEdit: boolean; onClose: () => void }) {
  const { data, error } = useQuery({
    queryKey: ['settlementSetting'],
    queryFn: ({ signal }) => call(getSettlementSetting, { signal }),
    gcTime: 0,
  });
  if (data) return <SettlementForm setting={data} mayEdit={mayEdit} onClose={onClose} />;
  return error ? <Alert type="error" showIcon title={errorText(error)} /> : <Skeleton active />;
}

function SettlementForm({
  setting,
  mayEdit,
  onClose,
}: {
  setting: SettlementSetting;
  mayEdit: boolean;
  onClose: () => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const initial = { ...setting, feesFrom: fromDay(setting.feesFrom), payoutsFrom: fromDay(setting.payoutsFrom) };
  const hasFees = Form.useWatch('booksFees', form) ?? setting.booksFees;
  const hasPayouts = Form.useWatch('booksPayouts', form) ?? setting.booksPayouts;
  const save = useMutation({
    mutationFn: (values: Values) =>
      call(saveSettlementSetting, {
        body: {
          booksFees: values.booksFees,
          feesFrom: toDay(values.feesFrom),
          booksPayouts: values.booksFees && values.booksPayouts,
          payoutsFrom: toDay(values.payoutsFrom),
        },
      }),
    onSuccess: async () => {
      message.success('已保存，对过账的日子已按新设置补记或冲回');
      await queries.invalidateQueries({ queryKey: ['settlementSetting'] });
      await queries.invalidateQueries({ queryKey: ['accountMappings'] });
      onClose();
    },
  });
  return (
    <SettingsDrawer
      title="渠道手续费与结算"
      mayEdit={mayEdit}
      isSaving={save.isPending}
      error={save.error}
      deleteQuestion={undefined}
      onSave={form.submit}
      onDelete={onClose}
      onClose={onClose}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        disabled={!mayEdit}
        initialValues={initial}
        onFinish={(values) => save.mutate({ ...initial, ...values })}
      >
        <Form.Item
          name="booksFees"
          label="手续费记账"
          valuePropName="checked"
          extra="线上对账后，渠道扣下的手续费记入“渠道手续费”，从货币资金里减去"
        >
          <Switch aria-label="手续费记账" />
        </Form.Item>
        {hasFees ? (
          <Form.Item name="feesFrom" label="从哪天的渠道账单起记手续费" extra="不填：全部对过账的日子">
            <DatePicker placeholder="全部" style={{ width: 220 }} />
          </Form.Item>
        ) : null}
        {hasFees ? (
          <Form.Item
            name="booksPayouts"
            label="结算到账记账"
            valuePropName="checked"
            extra="渠道结算给银行的净额从在途资金（其他货币资金 1012）转入“渠道结算到账”（银行存款 1002）。不记时，在线收款直接算作银行存款"
          >
            <Switch aria-label="结算到账记账" />
          </Form.Item>
        ) : null}
        {hasFees && hasPayouts ? (
          <Form.Item name="payoutsFrom" label="从哪天的渠道账单起记到账" extra="不早于手续费的日期">
            <DatePicker placeholder="全部" style={{ width: 220 }} />
          </Form.Item>
        ) : null}
      </Form>
    </SettingsDrawer>
  );
}
