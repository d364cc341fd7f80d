import {
  MenuFoldOutlined,
  MenuUnfoldOutlined,
  MoonOutlined,
  QuestionCircleOutlined,
  SearchOutlined,
  SunOutlined,
} from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { ManualLink } from '../manual/manual-context.tsx';
import { MessageBell } from '../messages/message-bell.tsx';
import { PersonMenu } from '../session/person-menu.tsx';
import { DownloadCentre } from '../tasks/download-centre.tsx';
import { useThemeMode } from '../theme/theme-mode.tsx';
import { CommunitySwitcher } from './community-switcher.tsx';
import { FavouritesBar } from './favourites-bar.tsx';
import styles from './shell.module.css';

interface TopBarProps {
  isMenuCollapsed: boolean;
  onToggleMenu: () => void;
  onOpenPalette: () => void;
}

export function TopBar({ isMenuCollapsed, onToggleMenu, onOpenPalette }: TopBarProps) {
  const { mode, setMode } = useThemeMode();
  const nextMode = mode === 'dark' ? 'light' : 'dark';
  const themeLabel = nextMode === 'dark' ? '换成深色' : '换成浅色';
  return (
    <header className={styles.bar}>
      <Button
        type="text"
        aria-label={isMenuCollapsed ? '展开菜单' : '收起菜单'}
        icon={isMenuCollapsed ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
        onClick={onToggleMenu}
      />
      <CommunitySwitcher />
      <FavouritesBar />
      <div className={styles.grow} />
      <button type="button" className={styles.paletteButton} onClick={onOpenPalette}>
        <SearchOutlined />
        <span className={styles.paletteWords}>查页面、房屋、住户、车牌</span>
        <kbd className={styles.kbd}>Ctrl K</kbd>
      </button>
      <MessageBell />
      <DownloadCentre />
      <Tooltip title="手册目录">
        <span className={styles.help}>
          <ManualLink section="index">
            <QuestionCircleOutlined aria-label="手册目录" />
          </ManualLink>
        </span>
      </Tooltip>
      <Tooltip title={themeLabel}>
        <Button
          type="text"
          aria-label={themeLabel}
          icon={mode === 'dark' ? <SunOutlined /> : <MoonOutlined />}
          onClick={() => setMode(nextMode)}
        />
      </Tooltip>
      <PersonMenu />
    </header>
  );
}
