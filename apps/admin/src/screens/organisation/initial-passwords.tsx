import { Alert, App, Button, Modal } from 'antd';
import styles from './organisation.module.css';

export interface ShownPassword {
  name: string;
  phone: string;
  password: string;
}

/** Initial passwords, shown this once: the server keeps only what they can be checked by. */
export default function InitialPasswords({ rows, onClose }: { rows: readonly ShownPassword[]; onClose: () => void }) {
  const { message } = App.useApp();
  const text = rows.map((one) => `${one.name}\t${one.phone}\t${one.password}`).join('\n');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      message.success('已复制');
    } catch {
      message.error('浏览器不允许复制，请手工抄下');
    }
  };
  return (
    <Modal
      open
      title="初始密码"
      closable={false}
      mask={{ closable: false }}
      footer={
        <>
          <Button onClick={copy}>复制</Button>
          <Button type="primary" onClick={onClose}>
            我已记下
          </Button>
        </>
      }
    >
      <Alert
        type="warning"
        showIcon
        title="只显示这一次，请记下并告诉本人"
        description="本人首次登录时须改成自己的密码。"
      />
      <table className={styles.passwords}>
        <thead>
          <tr>
            <th>姓名</th>
            <th>手机号</th>
            <th>初始密码</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, phone, password }) => (
            <tr key={phone}>
              <td>{name}</td>
              <td className="figures">{phone}</td>
              <td className={styles.secret}>{password}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}
