import {
  createInvoiceSeller,
  deleteInvoiceSeller,
  type InvoiceSellerBody,
  type InvoiceSellerView,
  isTaxNumber,
  updateInvoiceSeller,
} from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Select, Switch, Typography } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { SettingsDrawer } from '../../resource-ui/settings-drawer.tsx';
import { useCan, useSession } from '../../session/session-context.ts';

type SellerForm = InvoiceSellerBody & { communityId?: string };

const required = (label: string) => [{ required: true, whitespace: true, message: `请填写${label}` }];
const wholeCompany = '*';

/** A seller and its account at the provider. The secret is typed, never shown. */
export default function SellerDrawer({
  seller,
  onClose,
}: {
  seller: InvoiceSellerView | undefined;
  onClose: () => void;
}) {
  const { message } = App.useApp();
  const { communities } = useSession();
  const mayEdit = useCan()('invoiceSeller.edit');
  const queries = useQueryClient();
  const [form] = Form.useForm<SellerForm>();
  const refresh = () => queries.invalidateQueries({ queryKey: ['invoiceSellers'] });
  const save = useMutation({
    mutationFn: async ({ communityId = wholeCompany, ...values }: SellerForm) => {
      const body = { ...values, provider: 'gateway' as const, secret: values.secret ?? '' };
      if (seller)
        await call(updateInvoiceSeller, { params: { id: seller.id }, body: { ...body, version: seller.version } });
      else
        await call(createInvoiceSeller, {
          body: { ...body, communityId: communityId === wholeCompany ? null : communityId },
        });
    },
    onSuccess: async () => {
      message.success('已保存');
      await refresh();
      onClose();
    },
  });
  const remove = useMutation({
    mutationFn: () => call(deleteInvoiceSeller, { params: { id: seller?.id ?? '' } }),
    onSuccess: async () => {
      message.success('已删除');
      await refresh();
      onClose();
    },
    onError: (error) => message.error(errorText(error)),
  });
  const text = (name: keyof InvoiceSellerBody, label: string, maxLength: number, isNeeded = false) => (
    <Form.Item name={name} label={label} rules={isNeeded ? required(label) : []}>
      <Input maxLength={maxLength} />
    </Form.Item>
  );
  return (
    <SettingsDrawer
      title={seller ? `开票设置 · ${seller.communityName}` : '新增开票设置'}
      mayEdit={mayEdit}
      isSaving={save.isPending}
      error={save.error}
      deleteQuestion={seller ? '删除这项开票设置？' : undefined}
      onSave={form.submit}
      onDelete={() => remove.mutate()}
      onClose={onClose}
    >
      <Form<SellerForm>
        form={form}
        layout="vertical"
        disabled={!mayEdit}
        initialValues={seller ?? { isOn: true, communityId: wholeCompany }}
        onFinish={(values) => save.mutate(values)}
      >
        {seller ? null : (
          <Form.Item name="communityId" label="适用">
            <Select
              options={[
                { value: wholeCompany, label: '全公司' },
                ...communities.map((one) => ({ value: one.id, label: one.name })),
              ]}
            />
          </Form.Item>
        )}
        <Form.Item name="isOn" label="启用" valuePropName="checked">
          <Switch aria-label="启用" />
        </Form.Item>
        <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', columnGap: 16 }}>
          {text('name', '销售方名称', 100, true)}
          <Form.Item
            name="taxNumber"
            label="统一社会信用代码"
            rules={[
              {
                validator: (_, value: string | undefined) =>
                  value && isTaxNumber(value) ? Promise.resolve() : Promise.reject(new Error('18 位，请核对校验码')),
              },
            ]}
          >
            <Input maxLength={18} />
          </Form.Item>
          {text('address', '地址', 100)}
          {text('phone', '电话', 30)}
          {text('bankName', '开户行', 60)}
          {text('bankAccount', '银行账号', 40)}
          {text('issuerName', '开票人', 30, true)}
        </div>
        <h3>开票服务商</h3>
        <p className="muted">按“标准开票接口”连接服务商或自建的转接程序，说明见手册。</p>
        <Form.Item name="host" label="域名" rules={required('域名')} extra="不带 https:// 和路径">
          <Input maxLength={100} placeholder="invoice.example.com" />
        </Form.Item>
        <Form.Item name="appKey" label="应用标识" rules={required('应用标识')}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="secret" label="密钥" rules={seller ? [] : required('密钥')}>
          <Input.Password
            autoComplete="new-password"
            maxLength={200}
            placeholder={seller ? '已保存，不修改请留空' : '尚未填写'}
          />
        </Form.Item>
        {seller ? (
          <Form.Item label="回调地址" extra="把它填到服务商处，开票结果会通知到这里；不填也会自动查询">
            <Typography.Text copyable>{`${window.location.origin}${seller.callbackPath}`}</Typography.Text>
          </Form.Item>
        ) : null}
      </Form>
    </SettingsDrawer>
  );
}
