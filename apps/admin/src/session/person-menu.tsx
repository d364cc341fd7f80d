import { listMyCompanies, signOut } from '@anlin/contract';
import { BankOutlined, DownOutlined, KeyOutlined, LaptopOutlined, LogoutOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Dropdown } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText, type SessionState, sessionKey } from '../api/api.ts';
import styles from './person-menu.module.css';
import { useSession } from './session-context.ts';

const SessionsDrawer = lazy(() => import('./sessions-drawer.tsx'));
const CompanyDialog = lazy(() => import('./company-dialog.tsx'));
const PasswordDialog = lazy(() => import('./password-dialog.tsx'));

type Panel = 'sessions' | 'password' | 'company';

/** Top right: who is signed in, their devices, their password, the way out. */
export function PersonMenu() {
  const { staff, company } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [panel, setPanel] = useState<Panel>();
  const [wasOpened, setOpened] = useState(false);
  // Only asked for when the menu is opened: most people work for one company.
  const companies = useQuery({
    queryKey: ['myCompanies'],
    queryFn: () => call(listMyCompanies),
    enabled: wasOpened,
    staleTime: 300_000,
  }).data?.rows;
  const switching = { key: 'company', icon: <BankOutlined />, label: '切换公司', onClick: () => setPanel('company') };
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
        onOpenChange={() => setOpened(true)}
        menu={{
          items: [
            {
              key: 'who',
              type: 'group',
              label: `${company.name}${staff.position === '' ? '' : ` · ${staff.position}`}`,
            },
            ...(companies && companies.length > 1 ? [switching] : []),
            { key: 'sessions', icon: <LaptopOutlined />, label: '登录设备', onClick: () => setPanel('sessions') },
            { key: 'password', icon: <KeyOutlined />, label: '修改密码', onClick: () => setPanel('password') },
            { type: 'divider' },
            { key: 'leave', icon: <LogoutOutlined />, label: '退出登录', onClick: leave },
          ],
        }}
      >
        <Button type="text" aria-label={`${staff.name}，个人菜单`}>
          <span className={styles.avatar} aria-hidden="true">
            {staff.name.slice(0, 1)}
          </span>
          {staff.name}
          <DownOutlined style={{ fontSize: 10 }} />
        </Button>
      </Dropdown>
      <Suspense>
        {panel === 'sessions' ? <SessionsDrawer onClose={() => setPanel(undefined)} /> : null}
        {panel === 'company' && companies ? (
          <CompanyDialog companies={companies} onClose={() => setPanel(undefined)} />
        ) : null}
        {panel === 'password' ? <PasswordDialog onClose={() => setPanel(undefined)} /> : null}
      </Suspense>
    </>
  );
}
