import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { htmlText as plain } from './html-text.ts';

const style = `*{box-sizing:border-box}body{margin:0;font:16px/1.6 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#1f2329;background:#f4f6f8;-webkit-text-size-adjust:100%}
main{max-width:760px;margin:0 auto;padding:16px 12px 40px}header{padding:20px;border-radius:12px;background:#1559b7;color:#fff}h1{margin:0;font-size:22px;line-height:1.35}header p{margin:4px 0 0;font-size:15px;opacity:.94}
.owes{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 12px;margin-top:14px;padding-top:12px;border-top:1px solid rgba(255,255,255,.35)}.owes b{font-size:32px;line-height:1.2}
section{margin-top:12px;padding:14px 16px;border-radius:12px;background:#fff}h2{margin:0 0 6px;font-size:17px}p{margin:0}.n{font-variant-numeric:tabular-nums;white-space:nowrap}.muted,dt{color:#5a6069}.small{font-size:14px}
dl{margin:0}dl div{display:flex;justify-content:space-between;gap:12px;padding:3px 0}dd{margin:0}.sum{margin-top:4px;padding-top:6px!important;border-top:1px solid #e4e7eb;font-weight:600}.sum dt{color:inherit}
article{padding:10px 0;border-top:1px solid #eef0f3;break-inside:avoid}h2+article,h3+article{border-top:0}h3{margin:10px 0 0;font-size:15px;color:#1559b7}.row{display:flex;justify-content:space-between;gap:12px}.row b{overflow-wrap:anywhere}.how{margin-top:2px;white-space:pre-line;font-size:14px;color:#5a6069;overflow-wrap:anywhere}
.due{color:#b42318}.ok{color:#1a7f37}footer{margin-top:18px;text-align:center;font-size:14px;color:#5a6069}a{color:#1559b7}
@media(prefers-color-scheme:dark){body{background:#141414;color:#e8e8e8}section{background:#1f1f1f}.muted,dt,.how,footer{color:#a6adb7}article,.sum{border-color:#303030}h3,a{color:#7ab2ff}.due{color:#ff8a80}.ok{color:#7bd88f}}
@page{size:A4;margin:14mm}@media print{body{background:#fff;color:#000;font-size:12.5px}main{max-width:none;padding:0}header{padding:0 0 8px;border-radius:0;background:none;color:#000;border-bottom:2px solid #000}header p{font-size:13px}.owes{margin-top:6px;padding-top:6px;border-color:#999}.owes b{font-size:20px}section{padding:8px 0;margin-top:6px;border-radius:0;background:none}article{padding:5px 0;border-color:#ccc}.how,.small,footer{font-size:11.5px}.muted,dt,.how,footer,h3,.due,.ok{color:#000}}`;

/** A page for people who sign in nowhere: on a phone, and on A4 when printed. No script, nothing from elsewhere. `body` is HTML. */
export const plainPage = (title: string, body: string) =>
  `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow">
<title>${plain(title)}</title><style>${style}</style></head><body><main>${body}</main></body></html>`;

/** A page that says one thing: the link no longer opens. */
export const noticePage = (title: string, text: string): string =>
  plainPage(title, `<section><h2>${plain(title)}</h2><p>${plain(text)}</p></section>`);

/** Sends a page of a person's money: kept nowhere, found by no search engine. */
export function sendPlainPage(reply: FastifyReply, html: string, status = 200): Readable {
  void reply
    .status(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex, nofollow');
  return Readable.from([html]);
}
