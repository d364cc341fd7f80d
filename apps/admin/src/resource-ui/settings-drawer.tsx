import { Alert, Button, Drawer, Popconfirm, Space } from 'antd';
import type { ReactNode } from 'react';
import { errorText } from '../api/api.ts';

interface SettingsDrawerProps {
  title: string;
  mayEdit: boolean;
  isSaving: boolean;
  /** Why saving failed; null while it has not. */
  error: Error | null;
  /** Question before deleting; undefined: there is nothing yet that could be deleted. */
  deleteQuestion: string | undefined;
  onSave: () => void;
  onDelete: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A drawer around the form of one setting: save and delete at the top, why it was refused above the form. */
export function SettingsDrawer(props: SettingsDrawerProps) {
  const { title, mayEdit, isSaving, error, deleteQuestion, onSave, onDelete, onClose, children } = props;
  return (
    <Drawer
      open
      size={640}
      title={title}
      onClose={onClose}
      extra={
        mayEdit ? (
          <Space>
            {deleteQuestion ? (
              <Popconfirm title={deleteQuestion} okText="删除" cancelText="取消" onConfirm={onDelete}>
                <Button danger>删除</Button>
              </Popconfirm>
            ) : null}
            <Button type="primary" loading={isSaving} onClick={onSave}>
              保存
            </Button>
          </Space>
        ) : null
      }
    >
      {error ? (
        <Alert type="error" showIcon role="alert" title={errorText(error)} style={{ marginBottom: 16 }} />
      ) : null}
      {children}
    </Drawer>
  );
}
