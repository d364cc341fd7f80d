import { Alert, Button, Drawer, Form, type FormInstance, Space } from 'antd';
import type { ReactNode } from 'react';
import { errorText } from '../api/api.ts';

interface FormDrawerProps<Values> {
  title: string;
  /** Pixels of its width. */
  size?: number;
  form: FormInstance<Values>;
  initialValues: Partial<Values>;
  isSaving: boolean;
  /** Why saving failed; null while it has not. */
  error: Error | null;
  onSave: (values: Values) => void;
  onClose: () => void;
  /** Said before the fields. */
  head?: ReactNode;
  children: ReactNode;
}

/** A drawer around one form. A click beside it does not close it: what was typed would be gone. */
export function FormDrawer<Values>(props: FormDrawerProps<Values>) {
  const { title, size = 480, form, initialValues, isSaving, error, onSave, onClose, head, children } = props;
  return (
    <Drawer
      open
      size={size}
      title={title}
      onClose={onClose}
      mask={{ closable: false }}
      footer={
        <Space style={{ float: 'right' }}>
          <Button onClick={onClose}>取消</Button>
          <Button type="primary" loading={isSaving} onClick={form.submit}>
            保存
          </Button>
        </Space>
      }
    >
      {head}
      {error ? (
        <Alert type="error" showIcon role="alert" title={errorText(error)} style={{ marginBottom: 16 }} />
      ) : null}
      <Form<Values> form={form} layout="vertical" initialValues={initialValues as object} onFinish={onSave}>
        {children}
      </Form>
    </Drawer>
  );
}
