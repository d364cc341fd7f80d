import { type ThemeConfig, theme } from 'antd';

/** The whole look in one place: one accent, 6 px corners, compact density, light and dark. */

export type ThemeMode = 'light' | 'dark';

const accent = { light: '#2563b8', dark: '#5b93e0' } as const;

const fontFamily =
  '-apple-system, BlinkMacSystemFont, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "Hiragino Sans GB", "WenQuanYi Micro Hei", "Segoe UI", sans-serif';

type Algorithm = typeof theme.compactAlgorithm;

/** Ant's compact algorithm also shrinks type to 12 px, which tires the eye in Chinese: keep its spacing, not its type. */
const compactSpacing: Algorithm = (seed, map) => {
  const base = map ?? theme.defaultAlgorithm(seed);
  const compact = theme.compactAlgorithm(seed, base);
  const type = Object.fromEntries(
    Object.entries(base).filter(([key]) => /^(fontSize|lineHeight|fontHeight)/.test(key)),
  );
  return { ...compact, ...type, controlHeight: 30, controlHeightSM: 24, controlHeightLG: 38 };
};

/** Ant Design's theme for a mode. Own style sheets read the same tokens as `var(--ant-…)`. */
export function themeFor(mode: ThemeMode): ThemeConfig {
  const isDark = mode === 'dark';
  return {
    algorithm: [isDark ? theme.darkAlgorithm : theme.defaultAlgorithm, compactSpacing],
    cssVar: { key: 'anlin' },
    hashed: false,
    token: {
      colorPrimary: accent[mode],
      colorInfo: accent[mode],
      colorLink: accent[mode],
      borderRadius: 6,
      fontFamily,
      // Ant's own switch. A style sheet that cuts every transition short leaves its pop-ups outside the window.
      motion: !wantsStillness(),
      fontSize: 14,
      colorTextBase: isDark ? '#e8ebf0' : '#1c2430',
      colorBgBase: isDark ? '#14171c' : '#ffffff',
      colorBgLayout: isDark ? '#0f1216' : '#f4f6f9',
      ...(isDark
        ? {
            colorBgContainer: '#171b21',
            colorBgElevated: '#1f242c',
            colorBorder: '#363e4a',
            colorBorderSecondary: '#272d36',
          }
        : {}),
    },
    components: {
      Table: {
        headerBg: isDark ? '#1b1f26' : '#f7f9fb',
        headerColor: isDark ? '#a9b3c1' : '#56616f',
        headerSplitColor: 'transparent',
        rowHoverBg: isDark ? '#1d222a' : '#f3f7fc',
        cellPaddingBlockSM: 6,
        cellPaddingInlineSM: 8,
      },
      Menu: {
        itemHeight: 32,
        itemMarginBlock: 2,
        itemMarginInline: 8,
        itemBorderRadius: 6,
        itemBg: 'transparent',
        subMenuItemBg: 'transparent',
        activeBarBorderWidth: 0,
      },
      Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
      Drawer: { paddingLG: 20 },
      // The compact algorithm would put the first field right under the title.
      Modal: { marginXS: 10 },
      Tabs: { horizontalItemPadding: '10px 0' },
    },
  };
}

/** Animations are switched off in the system: by people they make ill, and over slow remote desktops. */
function wantsStillness(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Series colours of charts, the accent first; the same order in both modes. */
export const chartColors = ['#2f6fc6', '#3aa38f', '#e0a13c', '#c8605c', '#7a6bc2', '#5c9bd1', '#8a9a5b', '#b07aa1'];
