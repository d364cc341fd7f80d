import { isWecomAddress, type ResidentProfile, setResidentWecom } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Modal } from 'antd';
import { call, errorText } from '../../api/api.ts';

/** Under which WeCom knows a person. What is there already is not shown whole: it is typed anew. */
export function WecomDialog({ profile, onClose }: { profile: ResidentProfile; onClose: () => void }) {
  const [form] = Form.useForm<{ address: string }>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (address: string) =>
      call(setResidentWecom, { params: { id: profile.id }, body: { version: profile.version, address } }),
    async onSuccess(_, address) {
      message.success(address === '' ? '企业微信已清除' : '企业微信已登记，催缴可以发到那里');
      onClose();
      await queries.invalidateQueries();
    },
  });
  const current = profile.addresses.find((one) => one.channel === 'wecom');
  return (
    <Modal
      open
      width={460}
      title={`${profile.name}的企业微信`}
      okText="保存"
      cancelText="取消"
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p>
        填企业微信后台“客户联系”里的外部联系人 ID（wm 或 wo
        开头）。发给外部联系人的通知由加了他的同事在企业微信里确认后发出。
      </p>
      <Form form={form} onFinish={({ address }) => save.mutate(address.trim())}>
        <Form.Item
          name="address"
          rules={[
            { required: true, whitespace: true, message: '请填写企业微信 ID' },
            {
              validator: async (_, text: string) => {
                if (text && !isWecomAddress(text.trim())) throw new Error('只能有字母、数字和 _ . @ - ，最多 64 位');
              },
            },
          ]}
        >
          <Input
            autoFocus
            aria-label="企业微信 ID"
            maxLength={64}
            placeholder={current?.masked ?? 'wmAbCd…'}
            autoComplete="off"
          />
        </Form.Item>
      </Form>
      {current ? (
        <Button size="small" danger onClick={() => save.mutate('')}>
          清除已登记的企业微信
        </Button>
      ) : null}
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} style={{ marginTop: 12 }} /> : null}
    </Modal>
  );
}
