import {
  addSmsPackage,
  type DunningSetting,
  dunningAudiences,
  readDunningSetting,
  saveDunningSetting,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Alert,
  App,
  Button,
  DatePicker,
  Drawer,
  Form,
  Input,
  InputNumber,
  Radio,
  Skeleton,
  Space,
  Switch,
  Table,
} from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { call, errorText } from '../../api/api.ts';
import { groupThousands } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';

const settingKey = ['dunningSetting'] as const;

/** How often, whom, by which link; letters; and the short messages that were bought. For the whole company. */
export default function DunningSettingDrawer({ onClose }: { onClose: (isDone: boolean) => void }) {
  const mayEdit = useCan()('dunningSetting.edit');
  const { data, error } = useQuery({
    queryKey: settingKey,
    queryFn: ({ signal }) => call(readDunningSetting, { signal }),
  });
  return (
    <Drawer open size={560} title="催缴设置与短信余量" onClose={() => onClose(false)}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {data ? (
        <>
          <SettingForm key={data.version} setting={data} mayEdit={mayEdit} />
          <SmsPackages sms={data.sms} mayEdit={mayEdit} />
        </>
      ) : null}
      {!data && !error ? <Skeleton active /> : null}
    </Drawer>
  );
}

type SettingValues = Omit<DunningSetting, 'version'>;

function SettingForm({ setting, mayEdit }: { setting: DunningSetting; mayEdit: boolean }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (values: SettingValues) => call(saveDunningSetting, { body: { ...values, version: setting.version } }),
    onSuccess() {
      message.success('催缴设置已保存');
      void queries.invalidateQueries({ queryKey: settingKey });
    },
  });
  const days = (name: keyof SettingValues | [string, number], label: string) => (
    <Form.Item name={name} label={label} rules={[{ required: true, message: '请填写天数' }]}>
      <InputNumber aria-label={label} min={0} max={3650} precision={0} suffix="天" style={{ width: 110 }} />
    </Form.Item>
  );
  return (
    <Form layout="vertical" disabled={!mayEdit} initialValues={setting} onFinish={(values) => save.mutate(values)}>
      <Form.Item label="同一户两次催缴至少间隔" style={{ marginBottom: 0 }}>
        <Space>
          {days('wechatPauseDays', '微信')}
          {days('smsPauseDays', '短信')}
          {days('wecomPauseDays', '企业微信')}
        </Space>
      </Form.Item>
      <Form.Item name="audience" label="微信、企业微信发给" extra="短信每户只发一人，业主优先">
        <Radio.Group options={Object.entries(dunningAudiences).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Space align="start">
        <Form.Item name="siteUrl" label="住户访问地址" extra="消息里的缴费链接用它；不填则不带链接">
          <Input placeholder="https://wy.example.com" style={{ width: 280 }} />
        </Form.Item>
        {days('linkDays', '链接有效')}
      </Space>
      <Form.Item label="逾期多少天起发函" style={{ marginBottom: 0 }}>
        <Space>
          {days(['ladderDays', 0], '提醒函')}
          {days(['ladderDays', 1], '催告函')}
          {days(['ladderDays', 2], '最后通知')}
        </Space>
      </Form.Item>
      <Space align="start" size="large">
        <Form.Item
          name="isSmsLimited"
          label="短信用完即停"
          valuePropName="checked"
          extra="按下面登记的条数；用完后催缴不再发短信"
        >
          <Switch />
        </Form.Item>
        <Form.Item name="smsWarnBelow" label="少于多少条提醒">
          <InputNumber aria-label="少于多少条提醒" min={0} max={100_000_000} precision={0} suffix="条" />
        </Form.Item>
      </Space>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
      {mayEdit ? (
        <div style={{ marginBlock: 16 }}>
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            保存设置
          </Button>
        </div>
      ) : null}
    </Form>
  );
}

interface Sms {
  bought: number;
  used: number;
  left: number;
  isLow: boolean;
  packages: { id: string; pieces: number; boughtOn: string; note: string; by: string }[];
}

function SmsPackages({ sms, mayEdit }: { sms: Sms; mayEdit: boolean }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ pieces: number; boughtOn: Dayjs; note?: string }>();
  const add = useMutation({
    mutationFn: ({ pieces, boughtOn, note }: { pieces: number; boughtOn: Dayjs; note?: string }) =>
      call(addSmsPackage, { body: { pieces, boughtOn: boughtOn.format('YYYY-MM-DD'), note: note ?? '' } }),
    onSuccess() {
      message.success('短信条数已登记');
      form.resetFields();
      void queries.invalidateQueries({ queryKey: settingKey });
    },
  });
  const count = (value: number) => <b className="figures">{groupThousands(String(value))}</b>;
  return (
    <>
      <h3>短信余量</h3>
      <p>
        登记 {count(sms.bought)} 条，已用 {count(sms.used)} 条，剩余 {count(sms.left)} 条。70 字以内算一条，更长的每 67
        字一条，含签名和链接。
      </p>
      {sms.isLow ? <Alert type="warning" showIcon title="短信余量不足，请及时购买并登记" /> : null}
      {mayEdit ? (
        <Form
          form={form}
          layout="inline"
          initialValues={{ boughtOn: dayjs() }}
          onFinish={(values) => add.mutate(values)}
          style={{ marginBlock: 8 }}
        >
          <Form.Item name="pieces" rules={[{ required: true, message: '请填写条数' }]}>
            <InputNumber aria-label="买入条数" placeholder="条数" precision={0} />
          </Form.Item>
          <Form.Item name="boughtOn">
            <DatePicker aria-label="买入日期" allowClear={false} />
          </Form.Item>
          <Form.Item name="note">
            <Input aria-label="备注" placeholder="备注" maxLength={100} style={{ width: 120 }} />
          </Form.Item>
          <Button htmlType="submit" loading={add.isPending}>
            登记买入
          </Button>
        </Form>
      ) : null}
      {add.error ? <Alert type="error" showIcon title={errorText(add.error)} /> : null}
      <Table
        size="small"
        rowKey="id"
        pagination={false}
        dataSource={sms.packages}
        locale={{ emptyText: '还没有登记' }}
        columns={[
          { title: '日期', dataIndex: 'boughtOn', width: 110 },
          { title: '条数', dataIndex: 'pieces', align: 'right', width: 100 },
          { title: '备注', dataIndex: 'note' },
          { title: '登记人', dataIndex: 'by', width: 100 },
        ]}
      />
    </>
  );
}
