import { Link } from '@tanstack/react-router';
import { Menu, type MenuProps } from 'antd';
import { useEffect, useMemo, useRef } from 'react';
import { usePersonMemory } from '../memory/use-person-memory.ts';
import { screens } from '../screens/index.tsx';
import { useSession } from '../session/session-context.ts';
import { useAddress } from './address.ts';
import { Logo } from './logo.tsx';
import { type MenuSection, menuFor, menuGroups, type Screen } from './navigation.tsx';
import styles from './shell.module.css';

/** The left menu. It holds only what exists and what the person may open; folded groups are remembered. */
export function SideMenu({ isCollapsed }: { isCollapsed: boolean }) {
  const { permissions } = useSession();
  const { pathname, search } = useAddress();
  const [openKeys, setOpenKeys] = usePersonMemory('menuOpen', readOpenKeys);
  const { community } = search;
  const sections = useMemo(() => menuFor(screens, permissions), [permissions]);
  const items = useMemo(() => sections.flatMap((section) => entriesOf(section, community)), [sections, community]);
  const selected = sections.flatMap((section) => section.screens).find(({ path }) => isWithin(pathname, path));
  const list = useRef<HTMLDivElement>(null);
  const selectedPath = selected?.path;
  // On a low window the menu scrolls: the page one is on stays in sight, also when an address led there.
  useEffect(() => {
    if (selectedPath === undefined) return;
    list.current?.querySelector('.ant-menu-item-selected')?.scrollIntoView({ block: 'nearest' });
  }, [selectedPath]);
  return (
    <nav className={styles.menu} aria-label="主菜单">
      <Link to="/" className={styles.brand} aria-label="安邻，回到首页">
        <Logo size={28} />
        {isCollapsed ? null : <span className={styles.brandName}>安邻</span>}
      </Link>
      <div className={styles.menuList} ref={list}>
        <Menu
          mode="inline"
          inlineIndent={16}
          inlineCollapsed={isCollapsed}
          items={items}
          selectedKeys={selected ? [selected.path] : []}
          {...(isCollapsed ? {} : { openKeys, onOpenChange: setOpenKeys })}
        />
      </div>
    </nav>
  );
}

function entriesOf(section: MenuSection, community: string | undefined): NonNullable<MenuProps['items']> {
  const entry = (screen: Screen) => ({
    key: screen.path,
    label: (
      <Link to={screen.path} search={{ community }}>
        {screen.title}
      </Link>
    ),
  });
  if (section.isSingle) return section.screens.map((screen) => ({ ...entry(screen), icon: section.icon }));
  return [{ key: section.key, label: section.title, icon: section.icon, children: section.screens.map(entry) }];
}

function isWithin(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(`${path}/`);
}

function readOpenKeys(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((key) => typeof key === 'string') : Object.keys(menuGroups);
}
