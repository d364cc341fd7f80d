import { useMutation } from '@tanstack/react-query';
import { Alert, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { errorText } from '../../api/api.ts';

/** Says what will happen, asks why, and does it; stays open with the refusal. */
export function BillReasonDialog({
  title,
  text,
  label,
  okText,
  isDanger = false,
  onClose,
  submit,
}: {
  title: string;
  text: ReactNode;
  /** `撤回原因` */
  label: string;
  okText: string;
  isDanger?: boolean;
  onClose: () => void;
  submit: (reason: string) => Promise<void>;
}) {
  const [reason, setReason] = useState('');
  const work = useMutation({ mutationFn: () => submit(reason.trim()), onSuccess: onClose });
  return (
    <Modal
      open
      title={title}
      okText={okText}
      cancelText="取消"
      okButtonProps={{ danger: isDanger, disabled: reason.trim() === '', loading: work.isPending }}
      onOk={() => work.mutate()}
      onCancel={onClose}
      width={460}
    >
      <div style={{ marginBottom: 12 }}>{text}</div>
      <Input.TextArea
        autoFocus
        rows={2}
        maxLength={200}
        placeholder={`${label}（必填）`}
        aria-label={label}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {work.error ? <Alert style={{ marginTop: 8 }} type="error" showIcon title={errorText(work.error)} /> : null}
    </Modal>
  );
}
