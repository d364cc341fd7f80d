import { type Fen, formatYuanGrouped } from '@anlin/money';
import { htmlText } from '../../apps/server/src/platform/http/html-text.ts';

/** What a payer sees at an emulated channel. */
export interface PayPage {
  /** Of the channel: its name and colour. */
  channel: string;
  colour: string;
  amountFen: Fen;
  description: string;
  orderNo: string;
  /** Where the two buttons lead. */
  payUrl: string;
  cancelUrl: string;
}

const frame = (channel: string, colour: string, body: string) => `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${htmlText(channel)} · 模拟</title><style>
*{box-sizing:border-box}body{margin:0;min-height:100vh;background:#f2f4f7;color:#1f2329;font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif}
header{background:${colour};color:#fff;padding:14px 20px;font-size:17px}header small{opacity:.85;margin-left:8px}
main{max-width:420px;margin:24px auto;padding:0 16px}section{background:#fff;border-radius:12px;padding:28px 20px;text-align:center}
.message{font-size:24px;font-weight:600}.amount{font-size:40px;font-weight:600;margin:4px 0 20px}dl{margin:0;border-top:1px solid #eee;padding-top:12px;font-size:14px}
dl div{display:flex;justify-content:space-between;gap:16px;padding:4px 0}dt{color:#8a919f;flex:none}dd{margin:0;text-align:right;word-break:break-all}
a.button{display:block;text-align:center;margin-top:16px;padding:12px;border-radius:10px;text-decoration:none;font-size:17px}
.pay{background:${colour};color:#fff}.cancel{background:#fff;color:#4e5969}p.note{color:#8a919f;font-size:13px;text-align:center}
</style></head><body><header>${htmlText(channel)}<small>模拟收银台</small></header><main>${body}</main></body></html>`;

/** The page on which a person pays: 支付 and 取消. */
export function payPage({ channel, colour, amountFen, description, orderNo, payUrl, cancelUrl }: PayPage): string {
  return frame(
    channel,
    colour,
    `<section><div>付款金额</div><div class="amount">¥${formatYuanGrouped(amountFen)}</div>
<dl><div><dt>商品</dt><dd>${htmlText(description)}</dd></div><div><dt>商户订单号</dt><dd>${htmlText(orderNo)}</dd></div></dl></section>
<a class="button pay" href="${htmlText(payUrl)}">支付</a><a class="button cancel" href="${htmlText(cancelUrl)}">取消</a>
<p class="note">这是模拟渠道，不会产生真实扣款。</p>`,
  );
}

/** The page on which a person signs that money may be taken: 签约 and 取消. */
export function signPage(page: {
  channel: string;
  colour: string;
  /** Null where the channel shows none. */
  limitFen: Fen | null;
  label: string;
  code: string;
  signUrl: string;
  cancelUrl: string;
}): string {
  return frame(
    page.channel,
    page.colour,
    `<section><div>${page.limitFen === null ? '开通自动扣款' : '自动扣款，每次最多'}</div>
<div class="amount">${page.limitFen === null ? '签约' : `¥${formatYuanGrouped(page.limitFen)}`}</div>
<dl><div><dt>开通账号</dt><dd>${htmlText(page.label)}</dd></div><div><dt>商户协议号</dt><dd>${htmlText(page.code)}</dd></div></dl></section>
<a class="button pay" href="${htmlText(page.signUrl)}">签约</a><a class="button cancel" href="${htmlText(page.cancelUrl)}">取消</a>
<p class="note">这是模拟渠道，不会产生真实扣款。</p>`,
  );
}

/** What comes after, with the way back to the merchant where there is one. */
export function resultPage(channel: string, colour: string, message: string, returnUrl?: string): string {
  const back = returnUrl ? `<a class="button pay" href="${htmlText(returnUrl)}">返回商户</a>` : '';
  return frame(channel, colour, `<section><div class="message">${htmlText(message)}</div></section>${back}`);
}
