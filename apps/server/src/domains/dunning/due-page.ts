import { formatYuanGrouped, parseYuan } from '@anlin/money';
import { htmlText as plain } from '../../platform/http/html-text.ts';
import { noticePage, plainPage } from '../../platform/http/plain-page.ts';
import type { DueBills, DueLine, OpenedDue } from './open-due-page.ts';

const notices = {
  ended: { status: 410, title: '链接已失效', text: '这条缴费通知的链接已到期。请联系物业服务中心，或到前台缴费。' },
  settled: { status: 410, title: '费用已缴清', text: '这条通知里的费用已经缴清，感谢您的支持。' },
  unknown: { status: 404, title: '链接无效', text: '没有找到这条缴费通知。请核对链接是否完整，或联系物业服务中心。' },
} as const;

const money = (yuan: string) => `<span class="n">${formatYuanGrouped(parseYuan(yuan))}</span>`;

/** The page behind a notice's link, and its HTTP status. */
export function duePage(opened: OpenedDue): { html: string; status: number } {
  if (opened.state === 'open') return { html: duePageOf(opened.due), status: 200 };
  const { status, title, text } = notices[opened.state];
  return { html: noticePage(title, text), status };
}

function duePageOf(due: DueBills): string {
  const { companyName, communityName, place, servicePhone, asOf } = due;
  const phone =
    servicePhone === '' ? '' : ` · 服务电话 <a href="tel:${plain(servicePhone)}">${plain(servicePhone)}</a>`;
  return plainPage(
    `${communityName} ${place} 待缴费用`,
    `<header><h1>${plain(communityName)} 待缴费用</h1><p>${plain(place)}</p>
<div class="owes"><span>合计（元），${due.lines.length} 笔</span><b class="n">${formatYuanGrouped(parseYuan(due.total))}</b></div></header>
<section><h2>费用明细</h2>${due.lines.map(lineOf).join('')}</section>
<footer><p>${plain(companyName)}${phone}</p><p>违约金算到 ${asOf}，以缴费当日为准。如已缴纳，请忽略。</p></footer>`,
  );
}

function lineOf(line: DueLine): string {
  const fee = line.lateFee === '' ? '' : `　本金 ${money(line.principal)}　违约金 ${money(line.lateFee)}`;
  const due = line.isOverdue ? `<span class="due">期限 ${line.dueOn}，已逾期</span>` : `期限 ${line.dueOn}`;
  return `<article><div class="row"><b>${plain(line.item)} ${plain(line.period)}</b><b>${money(line.sum)}</b></div>
<div class="small">${due}${fee}</div>${line.sentence === '' ? '' : `<p class="how">计算：${plain(line.sentence)}</p>`}</article>`;
}
