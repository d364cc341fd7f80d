import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

const names = ['收款码暂收款', '收款码暂收款（系统）'];

/**
 * The item under which money is held until staff say whose it is: of the kind 押金, a liability of the books. Made when it is first
 * needed; the one used so far stays it under whatever name the company gave it.
 */
export async function addHeldItem(ctx: Context): Promise<string> {
  const used = await ctx.tx.first<{ id: string }>(sql`select o.held_item_id as id from payment_order o
    where o.company_id = ${ctx.companyId} and o.held_item_id is not null limit 1`);
  if (used) return used.id;
  for (const name of names) {
    await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, tax_rate, sort_order, note, created_at, updated_at)
      values (${ctx.companyId}, ${ctx.newId()}, ${name}, 'deposit', 0, 990, '扫收款码付的款，认领前记在这里', ${nowText(ctx)}, ${nowText(ctx)})
      on conflict (company_id, name) do nothing`);
    const item = await ctx.tx.first<{ id: string }>(
      sql`select id from charge_item where company_id = ${ctx.companyId} and name = ${name} and kind = 'deposit'`,
    );
    if (item) return item.id;
  }
  throw new Error('the names of the item for held money are taken by other kinds of items');
}
