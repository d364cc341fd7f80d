import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal } from 'antd';
import type { ReactNode } from 'react';
import { errorText } from '../../api/api.ts';
import { refreshAll } from './refresh.ts';

interface ReasonDialogProps {
  title: string;
  /** What will happen, and what cannot be undone. */
  children?: ReactNode;
  okText: string;
  done: string;
  act: (reason: string) => Promise<unknown>;
  onClose: (isDone: boolean) => void;
}

/** Says what will happen, asks why, does it. */
export function ReasonDialog({ title, children, okText, done, act, onClose }: ReasonDialogProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ reason: string }>();
  const submit = useMutation({
    mutationFn: act,
    async onSuccess() {
      message.success(done);
      onClose(true);
      await refreshAll(queries);
    },
  });
  return (
    <Modal
      open
      title={title}
      okText={okText}
      cancelText="取消"
      okButtonProps={{ danger: true, loading: submit.isPending }}
      onOk={() => form.submit()}
      onCancel={() => onClose(false)}
    >
      {children}
      <Form form={form} layout="vertical" onFinish={({ reason }) => submit.mutate(reason)}>
        <Form.Item name="reason" label="原因" rules={[{ required: true, whitespace: true, message: '请填写原因' }]}>
          <Input.TextArea autoFocus rows={2} maxLength={200} showCount />
        </Form.Item>
      </Form>
      {submit.error ? <Alert type="error" showIcon title={errorText(submit.error)} /> : null}
    </Modal>
  );
}
