/** One step of `npm test`. A vitest step counts its tests; any other counts as one. */
export interface Stage {
  name: string;
  /** Chinese, as it is printed. */
  title: string;
  command: readonly string[];
  /** Also part of `npm run test:quick`. */
  isQuick: boolean;
  isVitest?: boolean;
}

const vitest = (project: string) => ['vitest', 'run', '--project', project];

export const stages: readonly Stage[] = [
  { name: 'types', title: '类型（服务端与工具）', command: ['tsc', '-p', 'tsconfig.json'], isQuick: true },
  { name: 'types-admin', title: '类型（管理后台）', command: ['tsc', '-p', 'apps/admin/tsconfig.json'], isQuick: true },
  { name: 'types-mobile', title: '类型（住户端）', command: ['tsc', '-p', 'apps/mobile/tsconfig.json'], isQuick: true },
  {
    name: 'types-miniprogram',
    title: '类型（小程序）',
    command: ['tsc', '-p', 'apps/miniprogram/tsconfig.json'],
    isQuick: true,
  },
  {
    name: 'types-browser',
    title: '类型（浏览器测试）',
    command: ['tsc', '-p', 'test/browser/tsconfig.json'],
    isQuick: true,
  },
  { name: 'lint', title: '格式与规范', command: ['biome', 'ci', '--error-on-warnings', '.'], isQuick: true },
  { name: 'architecture', title: '架构规则', command: ['node', 'tools/architecture/check.ts'], isQuick: true },
  { name: 'unused', title: '无用的文件与依赖', command: ['knip', '--no-progress', '--no-config-hints'], isQuick: true },
  { name: 'unit', title: '单元与性质', command: vitest('unit'), isQuick: true, isVitest: true },
  { name: 'server', title: '服务端（真实数据库）', command: vitest('server'), isQuick: false, isVitest: true },
  { name: 'crash', title: '崩溃与并发', command: vitest('crash'), isQuick: false, isVitest: true },
  { name: 'browser', title: '浏览器', command: vitest('browser'), isQuick: false, isVitest: true },
];
