import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import { queryClient } from './api/api.ts';
import { router } from './router.tsx';
import { themeFor } from './theme/theme.ts';
import { ThemeModeProvider, useThemeMode } from './theme/theme-mode.tsx';

/** Everything around the pages: data, theme, language, messages. */
export function Application() {
  return (
    <QueryClientProvider client={queryClient}>
      <ThemeModeProvider>
        <Themed />
      </ThemeModeProvider>
    </QueryClientProvider>
  );
}

function Themed() {
  const { mode } = useThemeMode();
  return (
    <ConfigProvider locale={zhCN} theme={themeFor(mode)} button={{ autoInsertSpace: false }}>
      <App message={{ maxCount: 3 }} notification={{ placement: 'bottomRight' }}>
        <RouterProvider router={router} />
      </App>
    </ConfigProvider>
  );
}
