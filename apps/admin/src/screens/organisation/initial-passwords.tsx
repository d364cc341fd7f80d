import { Alert, App, Button, Modal } from 'antd';
import styles from './organisation.module.css';

export interface ShownPassword {
  name: string;
  phone: string;
  password: string;
  /** Instead of a password, where the phone has an account: its person joins by it. */
  joinCode?: string;
}

/** Initial passwords, shown this once: the server keeps only what they can be checked by. */
export default function InitialPasswords({ rows, onClose }: { rows: readonly ShownPassword[]; onClose: () => void }) {
  const { message } = App.useApp();
  const text = rows.map((one) => `${one.name}\t${one.phone}\t${secretText(one)}`).join('\n');
  const hasJoinCode = rows.some((one) => one.joinCode);
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
      title={hasJoinCode ? '初始密码和加入码' : '初始密码'}
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
        description={
          hasJoinCode
            ? '手机号已有账号的，没有新密码：本人在登录页点“有加入码？”，填原来的密码和加入码，加入后换一个新密码。其余的首次登录时须改成自己的密码。'
            : '本人首次登录时须改成自己的密码。'
        }
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
          {rows.map((one) => (
            <tr key={one.phone}>
              <td>{one.name}</td>
              <td className="figures">{one.phone}</td>
              <td className={styles.secret}>{secretText(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}

const secretText = ({ password, joinCode }: ShownPassword) => (joinCode ? `加入码 ${joinCode}` : password);
