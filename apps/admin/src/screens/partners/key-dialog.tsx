import {
  createPartnerKey,
  type OpenGrantView,
  type PartnerKeyView,
  type PartnerScope,
  updatePartnerKey,
} from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, DatePicker, Form, Input, InputNumber, Modal } from 'antd';
import type { Dayjs } from 'dayjs';
import { call, errorText } from '../../api/api.ts';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { ScopeBoxes } from './scope-boxes.tsx';
import type { NewSecret } from './secret-dialog.tsx';

interface Values {
  name?: string;
  scopes: PartnerScope[];
  addresses?: string;
  requestsPerMinute: number;
  endsAt?: Dayjs | null;
}

interface KeyDialogProps {
  grant: OpenGrantView;
  /** Left out: a new one. */
  keyView?: PartnerKeyView | undefined;
  onClose: (made?: NewSecret) => void;
}

/** Makes a key of a grant, or changes what is asked of those who use it. */
export function KeyDialog({ grant, keyView, onClose }: KeyDialogProps) {
  const [form] = Form.useForm<Values>();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: async (values: Values): Promise<NewSecret | undefined> => {
      const body = {
        name: values.name ?? '',
        allowedAddresses: (values.addresses ?? '').split(/[\s,，;；]+/).filter((one) => one !== ''),
        requestsPerMinute: values.requestsPerMinute,
        endsAt: values.endsAt ? values.endsAt.toISOString() : null,
      };
      if (keyView) {
        await call(updatePartnerKey, { params: { id: keyView.id }, body });
        return undefined;
      }
      const made = await call(createPartnerKey, { body: { ...body, partnerGrantId: grant.id, scopes: values.scopes } });
      return secretOfKey(made);
    },
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['openPlatform'] });
      onClose(made);
    },
  });
  return (
    <Modal
      open
      width={640}
      title={`${keyView ? '修改密钥' : '新建密钥'} · ${grant.appName}`}
      okText={keyView ? '保存' : '新建'}
      cancelText="取消"
      okButtonProps={{ loading: save.isPending }}
      onOk={form.submit}
      onCancel={() => onClose()}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={
          keyView
            ? {
                name: keyView.name,
                scopes: keyView.scopes,
                addresses: keyView.allowedAddresses.join('\n'),
                requestsPerMinute: keyView.requestsPerMinute,
                endsAt: keyView.endsAt ? dayjs(keyView.endsAt) : null,
              }
            : { scopes: grant.scopes, requestsPerMinute: 300 }
        }
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item name="name" label="名称" extra="给自己看，如“财务部服务器”">
          <Input maxLength={40} />
        </Form.Item>
        {keyView ? null : (
          <Form.Item name="scopes" label="权限" rules={[{ required: true, message: '请至少选择一项权限' }]}>
            <ScopeBoxes among={grant.scopes} />
          </Form.Item>
        )}
        <Form.Item name="addresses" label="允许的来源地址" extra="IP 或网段，每行一个；不填为不限。建议填写">
          <Input.TextArea rows={2} placeholder="203.0.113.8&#10;203.0.113.0/24" />
        </Form.Item>
        <Form.Item
          name="requestsPerMinute"
          label="每分钟最多请求"
          rules={[{ required: true, message: '请填写每分钟次数' }]}
        >
          <InputNumber min={1} max={6000} precision={0} suffix="次" style={{ width: 140 }} />
        </Form.Item>
        <Form.Item name="endsAt" label="到期时间" extra="不填为长期有效">
          <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}

export const secretOfKey = ({ accessId, secret }: { accessId: string; secret: string }): NewSecret => ({
  items: [
    { label: '密钥编号', text: accessId },
    { label: '密钥', text: secret },
  ],
});
