import type { PaymentMethodView } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** What a new company can be paid by at the desk; it may rename, disable and add. */
const defaultPaymentMethods = [
  { key: 'cash', name: '现金' },
  { key: 'pos', name: 'POS 刷卡' },
  { key: 'wechat', name: '微信' },
  { key: 'alipay', name: '支付宝' },
  { key: 'bankTransfer', name: '银行转账' },
  { key: 'withholding', name: '银行代扣' },
  { key: 'cheque', name: '支票' },
  { key: 'prepaid', name: '预存抵扣', source: 'prepaid' },
  { key: 'deposit', name: '押金抵扣', source: 'deposit' },
] as const;

/** Whether a key is one of those every company starts with. */
export function isDefaultMethod(key: string): boolean {
  return defaultPaymentMethods.some((one) => one.key === key);
}

/** Gives a company the usual payment methods; those it already has stay as they are. */
export async function addDefaultPaymentMethods(ctx: Context): Promise<void> {
  await ctx.tx.run(sql`insert into payment_method (company_id, id, key, name, is_cash, source, sort_order)
    select ${ctx.companyId}, m.id, m.key, m.name, m.key = 'cash', m.source, m.sort_order
    from unnest(${defaultPaymentMethods.map(() => ctx.newId())}::uuid[], ${defaultPaymentMethods.map((one) => one.key)}::text[],
      ${defaultPaymentMethods.map((one) => one.name)}::text[], ${defaultPaymentMethods.map((one) => ('source' in one ? one.source : 'money'))}::text[],
      ${defaultPaymentMethods.map((_, index) => (index + 1) * 10)}::int[]) m (id, key, name, source, sort_order)
    on conflict do nothing`);
}

/** Methods by which money comes in that may be chosen, in the company's order. */
export async function listPaymentMethods(ctx: Context): Promise<PaymentMethodView[]> {
  const rows = await ctx.tx.rows<{ id: string; key: string; name: string; is_cash: boolean }>(sql`
    select id, key, name, is_cash from payment_method
    where company_id = ${ctx.companyId} and is_enabled and source = 'money' order by sort_order, name`);
  return rows.map(({ id, key, name, is_cash }) => ({ id, key, name, isCash: is_cash }));
}
