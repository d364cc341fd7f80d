import { createPartnerApp, type PartnerAppBody, type PartnerAppView, updatePartnerApp } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Form, Input, Modal } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { ScopeBoxes } from './scope-boxes.tsx';

/** Registers an app, or changes one. */
export function AppDialog({ app, onClose }: { app: PartnerAppView | undefined; onClose: () => void }) {
  const [form] = Form.useForm<PartnerAppBody>();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: async ({ description = '', ...rest }: PartnerAppBody) => {
      const body = { ...rest, description };
      if (app) await call(updatePartnerApp, { params: { id: app.id }, body: { ...body, version: app.version } });
      else await call(createPartnerApp, { body });
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['partnerApps'] });
      onClose();
    },
  });
  const required = (message: string) => [{ required: true, message }];
  return (
    <Modal
      open
      width={640}
      title={app ? `修改应用“${app.name}”` : '登记应用'}
      okText="保存"
      cancelText="取消"
      okButtonProps={{ loading: save.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" initialValues={app} onFinish={(values) => save.mutate(values)}>
        <Form.Item name="name" label="名称" rules={required('请填写名称')}>
          <Input maxLength={40} placeholder="如：某某财务软件" />
        </Form.Item>
        <Form.Item name="maker" label="开发者" rules={required('请填写开发者')}>
          <Input maxLength={60} placeholder="开发和维护它的公司" />
        </Form.Item>
        <Form.Item name="description" label="说明">
          <Input.TextArea maxLength={500} rows={2} placeholder="用来做什么、联系谁" />
        </Form.Item>
        <Form.Item name="askedScopes" label="所需权限" rules={required('请至少选择一项权限')}>
          <ScopeBoxes />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
