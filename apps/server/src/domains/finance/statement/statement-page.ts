import { type Statement, type StatementBill, type StatementPayment, statementPaymentKinds } from '@anlin/contract';
import { formatYuanGrouped, parseYuan } from '@anlin/money';
import { htmlText as plain } from '../../../platform/http/html-text.ts';

const style = `*{box-sizing:border-box}body{margin:0;font:16px/1.6 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#1f2329;background:#f4f6f8;-webkit-text-size-adjust:100%}
main{max-width:760px;margin:0 auto;padding:16px 12px 40px}header{padding:20px;border-radius:12px;background:#1559b7;color:#fff}h1{margin:0;font-size:22px;line-height:1.35}header p{margin:4px 0 0;font-size:15px;opacity:.94}
.owes{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 12px;margin-top:14px;padding-top:12px;border-top:1px solid rgba(255,255,255,.35)}.owes b{font-size:32px;line-height:1.2}
section{margin-top:12px;padding:14px 16px;border-radius:12px;background:#fff}h2{margin:0 0 6px;font-size:17px}p{margin:0}.n{font-variant-numeric:tabular-nums;white-space:nowrap}.muted,dt{color:#5a6069}.small{font-size:14px}
dl{margin:0}dl div{display:flex;justify-content:space-between;gap:12px;padding:3px 0}dd{margin:0}.sum{margin-top:4px;padding-top:6px!important;border-top:1px solid #e4e7eb;font-weight:600}.sum dt{color:inherit}
article{padding:10px 0;border-top:1px solid #eef0f3;break-inside:avoid}h2+article,h3+article{border-top:0}h3{margin:10px 0 0;font-size:15px;color:#1559b7}.row{display:flex;justify-content:space-between;gap:12px}.row b{overflow-wrap:anywhere}.how{margin-top:2px;white-space:pre-line;font-size:14px;color:#5a6069;overflow-wrap:anywhere}
.due{color:#b42318}.ok{color:#1a7f37}footer{margin-top:18px;text-align:center;font-size:14px;color:#5a6069}a{color:#1559b7}
@media(prefers-color-scheme:dark){body{background:#141414;color:#e8e8e8}section{background:#1f1f1f}.muted,dt,.how,footer{color:#a6adb7}article,.sum{border-color:#303030}h3,a{color:#7ab2ff}.due{color:#ff8a80}.ok{color:#7bd88f}}
@page{size:A4;margin:14mm}@media print{body{background:#fff;color:#000;font-size:12.5px}main{max-width:none;padding:0}header{padding:0 0 8px;border-radius:0;background:none;color:#000;border-bottom:2px solid #000}header p{font-size:13px}.owes{margin-top:6px;padding-top:6px;border-color:#999}.owes b{font-size:20px}section{padding:8px 0;margin-top:6px;border-radius:0;background:none}article{padding:5px 0;border-color:#ccc}.how,.small,footer{font-size:11.5px}.muted,dt,.how,footer,h3,.due,.ok{color:#000}}`;

const page = (title: string, body: string) =>
  `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow">
<title>${plain(title)}</title><style>${style}</style></head><body><main>${body}</main></body></html>`;

/** A page that says one thing: the link no longer opens. */
export const noticePage = (title: string, text: string): string =>
  page(title, `<section><h2>${plain(title)}</h2><p>${plain(text)}</p></section>`);

const money = (yuan: string) => `<span class="n">${formatYuanGrouped(parseYuan(yuan))}</span>`;
const isZero = (yuan: string) => yuan === '0.00';
const line = (label: string, yuan: string, kind = '') =>
  `<div${kind ? ` class="${kind}"` : ''}><dt>${label}</dt><dd>${money(yuan)}</dd></div>`;
/** A line that is left out when there is nothing to say. */
const lineIf = (label: string, yuan: string) => (isZero(yuan) ? '' : line(label, yuan));

/**
 * The statement as a page: on a phone, and on A4 when printed (FIN-8). No script, nothing from elsewhere. The phone is masked
 * before it comes here.
 */
export function statementPage(statement: Statement): string {
  const { companyName, communityName, from, to, totals } = statement;
  const houses = statement.houses.map((house) => house.label).join('、');
  const owner = [statement.ownerName || '（未登记业主）', statement.ownerPhone].filter((part) => part !== '').join(' ');
  return page(
    `${communityName} ${houses} 对账单`,
    `<header><h1>${plain(communityName)} 业主对账单</h1><p>${plain(houses)}</p><p>${plain(owner)}</p><p>${from} 至 ${to}</p>
<div class="owes"><span>截至 ${to} 欠费（元）</span><b class="n">${formatYuanGrouped(parseYuan(totals.owes))}</b></div></header>
${summary(statement)}${billList(statement.bills)}${paymentList(statement.payments)}${holdings(statement)}
<footer><p>${plain(companyName)}${statement.servicePhone ? ` · 服务电话 <a href="tel:${plain(statement.servicePhone)}">${plain(statement.servicePhone)}</a>` : ''}</p>
<p>制单日期 ${statement.madeOn}，金额单位：元。如有疑问，请联系物业服务中心。</p></footer>`,
  );
}

function summary({ totals, from, to, madeOn }: Statement): string {
  return `<section><h2>汇总</h2><dl>${line(`${from} 以前欠费`, totals.opening)}${line('加：本期应收', totals.billed)}
${lineIf('减：优惠、减免', totals.reduced)}${line('减：已付', totals.paid)}${lineIf('加：退款', totals.refunded)}
${line(`截至 ${to} 欠费`, totals.owes, 'sum')}${lineIf('另付违约金', totals.lateFeePaid)}${lineIf(`另有未付违约金（算到 ${madeOn}）`, totals.lateFeeDue)}</dl></section>`;
}

function billList(bills: readonly StatementBill[]): string {
  if (bills.length === 0) return '<section><h2>账单</h2><p class="muted">这段时间没有账单。</p></section>';
  const places = Map.groupBy(bills, (bill) => bill.place);
  const parts = [...places].map(([place, own]) => {
    const title = places.size > 1 ? `<h3>${plain(place)}</h3>` : '';
    return title + own.map(billBlock).join('');
  });
  return `<section><h2>账单（${bills.length} 张）</h2>${parts.join('')}</section>`;
}

function billBlock(bill: StatementBill): string {
  const owes = isZero(bill.owes)
    ? `<span class="ok">${bill.isVoided ? '已作废' : '已结清'}</span>`
    : `<b class="due">欠 ${money(bill.owes)}</b>`;
  const figures = [
    part('期初欠', bill.opening),
    part('应收', bill.billed),
    part('减免', bill.reduced),
    part('已付', bill.paid),
    part('退款', bill.refunded),
    part('已付违约金', bill.lateFeePaid),
    part('未付违约金', bill.lateFeeDue),
  ].filter((text) => text !== '');
  return `<article><div class="row"><b>${plain(bill.item)} ${plain(bill.periodText)}</b>${owes}</div>
<div class="small">${[...figures, `<span class="n muted">期限 ${bill.dueOn}</span>`].join('　')}</div>${bill.sentence === '' ? '' : `<p class="how">计算：${plain(bill.sentence)}</p>`}</article>`;
}

const part = (label: string, yuan: string) => (isZero(yuan) ? '' : `<span class="n">${label} ${money(yuan)}</span>`);

function paymentList(payments: readonly StatementPayment[]): string {
  if (payments.length === 0) return '<section><h2>付款</h2><p class="muted">这段时间没有付款。</p></section>';
  const blocks = payments.map(
    (
      one,
    ) => `<article><div class="row"><span>${one.day} ${statementPaymentKinds[one.kind]}</span><b>${money(one.total)}</b></div>
<div class="small muted">${plain([one.number, one.methods].filter((text) => text !== '').join(' · '))}${isZero(one.lateFee) ? '' : `，其中违约金 ${money(one.lateFee)}`}</div></article>`,
  );
  return `<section><h2>付款</h2>${blocks.join('')}</section>`;
}

function holdings({ prepaid, deposits }: Statement): string {
  const accounts = prepaid.map(
    (
      one,
    ) => `<article><div class="row"><b>${plain(one.place)} ${plain(one.item)}</b><span>余额 ${money(one.balance)}</span></div>
<div class="small muted">期初 ${money(one.opening)}　存入 ${money(one.added)}　使用 ${money(one.used)}</div></article>`,
  );
  const held = deposits.map(
    (one) => `<article><div class="row"><b>${plain(one.item)}</b><span>在押 ${money(one.held)}</span></div>
<div class="small muted">${plain(one.place)}　${one.takenOn} 收 ${money(one.taken)}</div></article>`,
  );
  return `${accounts.length > 0 ? `<section><h2>预存款</h2>${accounts.join('')}</section>` : ''}${held.length > 0 ? `<section><h2>押金</h2>${held.join('')}</section>` : ''}`;
}
