import { createBankAgreement, type ResourceRow, updateBankAgreement } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, DatePicker, Form, Input, Modal } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';
import { useCommunity } from '../../shell/community.ts';

interface Values {
  houseId: string;
  bankTemplateId: string;
  accountNumber?: string;
  accountName: string;
  startsOn: Dayjs;
  lastDay?: Dayjs | null;
  note?: string;
}

const dayText = (value: Dayjs) => value.format('YYYY-MM-DD');

/** Adds an agreement or changes one; the number of one that is there is never shown, only replaced. */
export default function AgreementDialog({
  row,
  onClose,
}: {
  row: ResourceRow | undefined;
  onClose: (isDone: boolean) => void;
}) {
  const { message } = App.useApp();
  const { id: communityId } = useCommunity();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: async ({ houseId, accountNumber, ...values }: Values) => {
      const terms = {
        bankTemplateId: values.bankTemplateId,
        accountName: values.accountName,
        startsOn: dayText(values.startsOn),
        lastDay: values.lastDay ? dayText(values.lastDay) : null,
        note: values.note ?? '',
      };
      if (row)
        await call(updateBankAgreement, {
          params: { id: row.id },
          body: { ...terms, ...(accountNumber ? { accountNumber } : {}), version: Number(row.version) },
        });
      else await call(createBankAgreement, { body: { ...terms, houseId, accountNumber: accountNumber ?? '' } });
    },
    onSuccess: () => {
      message.success('已保存');
      onClose(true);
    },
  });
  const initial = row
    ? {
        bankTemplateId: String(row.bankTemplateId),
        accountName: String(row.accountName),
        startsOn: dayjs(String(row.startsOn)),
        lastDay: row.lastDay ? dayjs(String(row.lastDay)) : null,
        note: String(row.note ?? ''),
      }
    : { startsOn: dayjs() };
  return (
    <Modal
      open
      title={row ? `修改“${String(row.houseIdLabel)}”的代扣协议` : '新增代扣协议'}
      okText="保存"
      cancelText="取消"
      okButtonProps={{ loading: save.isPending }}
      onOk={form.submit}
      onCancel={() => onClose(false)}
    >
      <Form form={form} layout="vertical" initialValues={initial} onFinish={(values) => save.mutate(values)}>
        {row ? null : (
          <Form.Item name="houseId" label="房屋" rules={[{ required: true, message: '请选择房屋' }]}>
            <ReferenceSelect to="house" communityId={communityId} placeholder="输入房号查找" />
          </Form.Item>
        )}
        <Form.Item name="bankTemplateId" label="银行" rules={[{ required: true, message: '请选择银行' }]}>
          <ReferenceSelect to="bankLayout" />
        </Form.Item>
        <Form.Item
          name="accountNumber"
          label={row ? `账号（现为 ${String(row.accountMasked)}，不改则留空）` : '账号'}
          rules={[
            { required: !row, message: '请填写账号' },
            { pattern: /^\s*\d([ -]?\d){7,31}\s*$/, message: '账号应为 8 至 32 位数字' },
          ]}
        >
          <Input maxLength={60} autoComplete="off" inputMode="numeric" />
        </Form.Item>
        <Form.Item
          name="accountName"
          label="户名"
          rules={[{ required: true, whitespace: true, message: '请填写户名' }]}
        >
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="startsOn" label="生效日期" rules={[{ required: true, message: '请选择生效日期' }]}>
          <DatePicker />
        </Form.Item>
        <Form.Item name="lastDay" label="最后一天（不填为长期有效）">
          <DatePicker />
        </Form.Item>
        <Form.Item name="note" label="备注">
          <Input maxLength={200} />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
