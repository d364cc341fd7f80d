import { type Statement, type StatementBill, type StatementPayment, statementPaymentKinds } from '@anlin/contract';
import { formatYuanGrouped, parseYuan } from '@anlin/money';
import { htmlText as plain } from '../../../platform/http/html-text.ts';
import { plainPage } from '../../../platform/http/plain-page.ts';

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
  return plainPage(
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
