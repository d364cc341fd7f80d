import { Alert, Modal, Typography } from 'antd';

export interface NewSecret {
  /** Shown above the secret, such as the key's id. */
  items: readonly { label: string; text: string }[];
}

/** What is shown once. */
export function SecretDialog({ secret, onClose }: { secret: NewSecret; onClose: () => void }) {
  return (
    <Modal
      open
      width={640}
      title="请立即保存"
      okText="已保存"
      cancelButtonProps={{ style: { display: 'none' } }}
      onOk={onClose}
      onCancel={onClose}
      mask={{ closable: false }}
      keyboard={false}
    >
      <Alert
        type="warning"
        showIcon
        title="只显示这一次，关闭后谁也看不到。请用安全的方式交给对方，不要发到群里。"
        style={{ marginBottom: 16 }}
      />
      {secret.items.map(({ label, text }) => (
        <div key={label} style={{ marginBottom: 12 }}>
          <div className="muted">{label}</div>
          <Typography.Text code copyable style={{ wordBreak: 'break-all' }} aria-label={label}>
            {text}
          </Typography.Text>
        </div>
      ))}
    </Modal>
  );
}
