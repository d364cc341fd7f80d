import { cashierFail, type PaymentMethodRow, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { isDefaultMethod } from './payment-method.ts';

const label = '支付方式';

/** Every method of the company in its order, also disabled ones, with how many receipts used it. */
export async function listAllPaymentMethods(ctx: Context): Promise<PaymentMethodRow[]> {
  const rows = await ctx.tx.rows<{
    id: string;
    key: string;
    name: string;
    is_cash: boolean;
    source: PaymentMethodRow['source'];
    is_enabled: boolean;
    receipt_count: number;
  }>(sql`
    select m.id, m.key, m.name, m.is_cash, m.source, m.is_enabled, coalesce(u.receipt_count, 0) as receipt_count
    from payment_method m left join (select t.payment_method_id, count(distinct t.receipt_id)::int as receipt_count
      from receipt_tender t where t.company_id = ${ctx.companyId} group by 1) u on u.payment_method_id = m.id
    where m.company_id = ${ctx.companyId} and m.channel is null order by m.sort_order, m.name`);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    isCash: row.is_cash,
    source: row.source,
    isEnabled: row.is_enabled,
    isBuiltIn: isDefaultMethod(row.key),
    receiptCount: row.receipt_count,
  }));
}

/** Adds a method of the company's own, by which money comes in, as the last one. Errors: paymentMethod.nameTaken (409). */
export async function createPaymentMethod(ctx: Context, name: string): Promise<{ id: string }> {
  const id = ctx.newId();
  const added = await ctx.tx.run(sql`insert into payment_method (company_id, id, key, name, sort_order)
    select ${ctx.companyId}, ${id}, ${id}, ${name}, coalesce(max(sort_order), 0) + 10 from payment_method where company_id = ${ctx.companyId}
    on conflict (company_id, name) do nothing`);
  if (added === 0) throw cashierFail('paymentMethod.nameTaken', { name });
  await audit(ctx, 'create', { id, name }, undefined, { name });
  return { id };
}

/** Renames, disables or enables. One by which money can come in must stay. Errors: resource.notFound, paymentMethod.nameTaken, paymentMethod.last (409). */
export async function updatePaymentMethod(
  ctx: Context,
  id: string,
  input: { name: string; isEnabled: boolean },
): Promise<void> {
  const methods = await lockMethods(ctx);
  const before = methods.find((one) => one.id === id.toLowerCase());
  if (!before || before.channel !== null) throw platformFail('resource.notFound', { label });
  const { name, isEnabled } = input;
  const others = methods.filter((one) => one !== before);
  if (others.some((one) => one.name === name)) throw cashierFail('paymentMethod.nameTaken', { name });
  if (!isEnabled && before.source === 'money' && !others.some((one) => one.is_enabled && one.source === 'money'))
    throw cashierFail('paymentMethod.last', { name });
  await ctx.tx.run(sql`update payment_method set name = ${name}, is_enabled = ${isEnabled}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'update', { id, name }, { name: before.name, isEnabled: before.is_enabled }, { name, isEnabled });
}

/** Puts the methods into a new order; those not named come after. Errors: reference.notFound (422). */
export async function sortPaymentMethods(ctx: Context, ids: readonly string[]): Promise<void> {
  const methods = await lockMethods(ctx);
  const known = new Map(methods.map((one) => [one.id, one]));
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
  if (wanted.some((id) => !known.has(id))) throw platformFail('reference.notFound', { label });
  const rest = methods.map((one) => one.id).filter((id) => !wanted.includes(id));
  const order = [...wanted, ...rest];
  await ctx.tx.run(sql`update payment_method m set sort_order = n.place * 10
    from unnest(${order}::uuid[]) with ordinality n (id, place) where m.company_id = ${ctx.companyId} and m.id = n.id`);
  const names = order.map((id) => known.get(id)!.name).join('、');
  await audit(ctx, 'sort', { id: null, name: label }, undefined, { names });
}

interface MethodRow {
  id: string;
  name: string;
  source: PaymentMethodRow['source'];
  is_enabled: boolean;
  /** Of a payment channel: nobody's to change. */
  channel: string | null;
}

function lockMethods(ctx: Context): Promise<MethodRow[]> {
  return ctx.tx.rows<MethodRow>(sql`select id, name, source, is_enabled, channel from payment_method
    where company_id = ${ctx.companyId} order by sort_order, name for no key update`);
}

async function audit(
  ctx: Context,
  action: 'create' | 'update' | 'sort',
  method: { id: string | null; name: string },
  before: Record<string, unknown> | undefined,
  after: Record<string, unknown>,
): Promise<void> {
  await recordAudit(ctx, {
    action: `paymentMethod.${action}`,
    targetKind: 'paymentMethod',
    targetId: method.id,
    targetLabel: method.name,
    communityId: null,
    ...(before ? { before } : {}),
    after,
  });
}
