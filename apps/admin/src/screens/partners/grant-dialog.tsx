import { grantPartnerApp, type PartnerAppView, type PartnerScope } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Modal, Select } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { useSession } from '../../session/session-context.ts';
import { ScopeBoxes } from './scope-boxes.tsx';

interface Values {
  communityIds: string[];
  scopes: PartnerScope[];
}

/** Which communities let the app do what of what it asks for. */
export function GrantDialog({ app, onClose }: { app: PartnerAppView; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const { message } = App.useApp();
  const { communities } = useSession();
  const queries = useQueryClient();
  const standing = new Set(app.grants.flatMap((one) => (one.revokedAt === null ? [one.communityId] : [])));
  const save = useMutation({
    mutationFn: (body: Values) => call(grantPartnerApp, { params: { id: app.id }, body }),
    onSuccess: () => {
      message.success('已授权。请到“开放平台”为小区新建密钥');
      void queries.invalidateQueries({ queryKey: ['partnerApps'] });
      onClose();
    },
  });
  return (
    <Modal
      open
      width={640}
      title={`授权“${app.name}”`}
      okText="授权"
      cancelText="取消"
      okButtonProps={{ loading: save.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ communityIds: [], scopes: app.askedScopes }}
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item name="communityIds" label="小区" rules={[{ required: true, message: '请选择小区' }]}>
          <Select
            mode="multiple"
            placeholder="选择小区；已授权的须先收回"
            optionFilterProp="label"
            options={communities.map(({ id, name }) => ({ value: id, label: name, disabled: standing.has(id) }))}
          />
        </Form.Item>
        <Form.Item name="scopes" label="授予的权限" rules={[{ required: true, message: '请至少选择一项权限' }]}>
          <ScopeBoxes among={app.askedScopes} />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
