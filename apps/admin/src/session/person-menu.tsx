import { signOut } from '@anlin/contract';
import { DownOutlined, KeyOutlined, LaptopOutlined, LogoutOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Avatar, Button, Dropdown, Modal } from 'antd';
import { useState } from 'react';
import { call, errorText, type SessionState, sessionKey } from '../api/api.ts';
import { PasswordForm } from './password-form.tsx';
import { useSession } from './session-context.ts';
import { SessionsDrawer } from './sessions-drawer.tsx';

type Panel = 'sessions' | 'password';

/** Top right: who is signed in, their devices, their password, the way out. */
export function PersonMenu() {
  const { staff, company } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [panel, setPanel] = useState<Panel>();
  const leave = async () => {
    try {
      await call(signOut);
    } catch (error) {
      message.error(errorText(error));
      return;
    }
    await navigate({ to: '/sign-in' });
    queries.clear();
    queries.setQueryData<SessionState>(sessionKey, { session: null, reason: '' });
  };
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            {
              key: 'who',
              type: 'group',
              label: `${company.name}${staff.position === '' ? '' : ` · ${staff.position}`}`,
            },
            { key: 'sessions', icon: <LaptopOutlined />, label: '登录设备', onClick: () => setPanel('sessions') },
            { key: 'password', icon: <KeyOutlined />, label: '修改密码', onClick: () => setPanel('password') },
            { type: 'divider' },
            { key: 'leave', icon: <LogoutOutlined />, label: '退出登录', onClick: leave },
          ],
        }}
      >
        <Button type="text" aria-label={`${staff.name}，个人菜单`}>
          <Avatar size={22} style={{ background: 'var(--ant-color-primary)', fontSize: 12 }}>
            {staff.name.slice(0, 1)}
          </Avatar>
          {staff.name}
          <DownOutlined style={{ fontSize: 10 }} />
        </Button>
      </Dropdown>
      <SessionsDrawer isOpen={panel === 'sessions'} onClose={() => setPanel(undefined)} />
      <Modal
        title="修改密码"
        open={panel === 'password'}
        onCancel={() => setPanel(undefined)}
        footer={null}
        width={400}
        destroyOnHidden
      >
        <p className="muted">修改后，其他设备须用新密码重新登录。</p>
        <PasswordForm
          submitText="修改密码"
          onChanged={() => {
            setPanel(undefined);
            message.success('密码已修改，其他设备已退出');
          }}
        />
      </Modal>
    </>
  );
}
