import type { Permission } from '@anlin/contract';
import {
  AccountBookOutlined,
  BankOutlined,
  DashboardOutlined,
  HomeOutlined,
  PayCircleOutlined,
  SettingOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import type { FunctionComponent, ReactNode } from 'react';

/** Domains of the left menu, in order. A domain with a single place of work is its own entry. */
export const menuGroups = {
  desk: { title: '工作台', icon: <DashboardOutlined />, isSingle: true },
  estate: { title: '基础资料', icon: <HomeOutlined />, isSingle: false },
  charging: { title: '收费', icon: <AccountBookOutlined />, isSingle: false },
  cashier: { title: '收款', icon: <PayCircleOutlined />, isSingle: false },
  finance: { title: '财务', icon: <BankOutlined />, isSingle: false },
  organisation: { title: '组织', icon: <TeamOutlined />, isSingle: false },
  system: { title: '系统', icon: <SettingOutlined />, isSingle: false },
} as const satisfies Record<string, { title: string; icon: ReactNode; isSingle: boolean }>;

export type MenuGroup = keyof typeof menuGroups;

/** One page of the back office, registered by one line in `screens/index.tsx`. */
export interface Screen {
  /** `/estate/houses` */
  path: string;
  group: MenuGroup;
  /** Name in the menu and above the page: the glossary's word. */
  title: string;
  /** Hidden from people without it; `signedIn` is for everybody. */
  permission: Permission | 'signedIn';
  /** Section of the manual: `docs/manual/<section>.md`. */
  manual: string;
  /** Reached from another page or the command palette, not from the menu. */
  isUnlisted?: boolean;
  /** The page itself, loaded when first opened. */
  load: () => Promise<{ default: FunctionComponent }>;
}

export interface MenuSection {
  key: MenuGroup;
  title: string;
  icon: ReactNode;
  isSingle: boolean;
  screens: Screen[];
}

/** Screens a person may open, by domain; domains without any are left out. */
export function menuFor(screens: readonly Screen[], permissions: readonly string[]): MenuSection[] {
  const allowed = screens.filter((screen) => !screen.isUnlisted && maySee(screen, permissions));
  return (Object.keys(menuGroups) as MenuGroup[])
    .map((key) => ({ key, ...menuGroups[key], screens: allowed.filter(({ group }) => group === key) }))
    .filter((section) => section.screens.length > 0);
}

export function maySee(screen: Pick<Screen, 'permission'>, permissions: readonly string[]): boolean {
  return screen.permission === 'signedIn' || permissions.includes(screen.permission);
}
