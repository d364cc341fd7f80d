import { App, Modal } from 'antd';
import { PasswordForm } from './password-form.tsx';

export default function PasswordDialog({ onClose }: { onClose: () => void }) {
  const { message } = App.useApp();
  const onChanged = () => {
    onClose();
    message.success('密码已修改，其他设备已退出');
  };
  return (
    <Modal title="修改密码" open onCancel={onClose} footer={null} width={400}>
      <p className="muted">修改后，其他设备须用新密码重新登录。</p>
      <PasswordForm submitText="修改密码" onChanged={onChanged} />
    </Modal>
  );
}
