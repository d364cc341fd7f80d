import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
];

const usualPlaces: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    ...[process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].flatMap((folder) =>
      folder
        ? [join(folder, 'Google/Chrome/Application/chrome.exe'), join(folder, 'Microsoft/Edge/Application/msedge.exe')]
        : [],
    ),
  ],
};

/**
 * Path of a Chrome, Chromium or Edge: `CHROME_PATH`, the usual names on the path, the usual places. On Debian and
 * Ubuntu, as root, Chromium and a Chinese font are installed when there is none. Throws a Chinese sentence otherwise.
 * @param say told before anything is installed
 */
export function findBrowser(say: (message: string) => void): string {
  const found = findInstalled();
  if (found) return found;
  if (canInstall()) {
    say('没有找到 Chrome 或 Chromium，正在用 apt-get 安装 chromium 和中文字体…');
    install();
    const installed = findInstalled();
    if (installed) return installed;
  }
  throw new Error(
    '没有找到浏览器，浏览器测试无法运行。请安装 Google Chrome 或 Chromium（Debian、Ubuntu：apt-get install chromium fonts-noto-cjk），' +
      '或用环境变量 CHROME_PATH 指明浏览器程序的路径。',
  );
}

function findInstalled(): string | undefined {
  const chosen = process.env.CHROME_PATH;
  if (chosen) {
    if (isProgram(chosen)) return chosen;
    throw new Error(`CHROME_PATH 指向的浏览器不存在或不能执行：${chosen}`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...(usualPlaces[process.platform] ?? [])].find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function canInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

function install(): void {
  const options = {
    stdio: 'inherit',
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  } as const;
  spawnSync('apt-get', ['update', '-qq'], options);
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], options);
}
