import { htmlText } from '../../apps/server/src/platform/http/html-text.ts';

/** Every account of the emulator for copying into settings: keys as they are, the rest as JSON. */
export function accountsPage(accounts: Readonly<Record<string, object>>): string {
  const groups = Object.entries(accounts).map(([name, account]) => {
    const values = Object.entries(account).map(([key, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
      return `<dt>${htmlText(key)}</dt><dd><pre>${htmlText(text)}</pre></dd>`;
    });
    return `<h2>${htmlText(name)}</h2><dl>${values.join('')}</dl>`;
  });
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>模拟账号</title><style>
body{max-width:900px;margin:24px auto;padding:0 16px;font:15px/1.6 system-ui,sans-serif;color:#1f2329}
dt{color:#646a73}dd{margin:0 0 12px}pre{margin:0;padding:8px 12px;background:#f2f4f7;border-radius:8px;overflow:auto;max-height:260px}
</style></head><body><h1>模拟渠道的账号</h1><p>只在这里有效，任何真实渠道都不认识它们。</p>${groups.join('')}</body></html>`;
}

/** The same in short, for a terminal: what is long is left to the page. */
export function accountsInShort(accounts: Readonly<Record<string, object>>, pageUrl: string): string {
  const short = (_key: string, value: unknown) =>
    typeof value === 'string' && value.length > 200 ? `（较长，见 ${pageUrl}）` : value;
  return JSON.stringify(accounts, short, 2);
}
