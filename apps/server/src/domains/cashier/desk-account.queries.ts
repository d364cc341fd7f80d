import type { DeskAccount } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { limitText, readDiscountLimits } from './discount-limit.ts';

/** What the company holds for these targets: prepaid with a balance, general before special, and deposits not yet given back. */
export async function readHoldings(
  ctx: Context,
  names: ReadonlyMap<string, string>,
): Promise<Pick<DeskAccount, 'prepaid' | 'deposits'>> {
  const targetIds = [...names.keys()];
  const prepaid = await ctx.tx.rows<{
    id: string;
    target_id: string;
    charge_item_id: string | null;
    item_name: string | null;
    balance_fen: Fen;
  }>(sql`
    select p.id, p.target_id, p.charge_item_id, i.name as item_name, p.balance_fen
    from prepaid_account p left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
    where p.company_id = ${ctx.companyId} and p.target_id = any (${targetIds}::uuid[]) and p.balance_fen > 0
    order by p.charge_item_id is not null, i.sort_order, i.name, p.id`);
  const deposits = await ctx.tx.rows<{
    id: string;
    target_id: string;
    item_name: string;
    holder_name: string;
    taken_on: string;
    held_fen: Fen;
  }>(sql`
    select d.id, d.target_id, i.name as item_name, d.holder_name, d.taken_on, d.held_fen
    from deposit d join charge_item i on i.company_id = d.company_id and i.id = d.charge_item_id
    where d.company_id = ${ctx.companyId} and d.target_id = any (${targetIds}::uuid[]) and d.held_fen > 0 order by d.id limit 100`);
  return {
    prepaid: prepaid.map((row) => ({
      id: row.id,
      targetId: row.target_id,
      targetName: names.get(row.target_id) ?? '',
      chargeItemId: row.charge_item_id,
      chargeItemName: row.item_name ?? '',
      balance: formatYuan(row.balance_fen),
    })),
    deposits: deposits.map((row) => ({
      id: row.id,
      targetName: names.get(row.target_id) ?? '',
      chargeItemName: row.item_name,
      holderName: row.holder_name,
      takenOn: row.taken_on,
      held: formatYuan(row.held_fen),
    })),
  };
}

/** The methods that draw on prepaid and on deposits, where they may be used. */
export async function readOffsetMethods(ctx: Context): Promise<DeskAccount['offsetMethods']> {
  const rows = await ctx.tx.rows<{ id: string; source: string }>(sql`
    select id, source from payment_method where company_id = ${ctx.companyId} and is_enabled and source <> 'money'`);
  const idOf = (source: string) => rows.find((row) => row.source === source)?.id ?? null;
  return { prepaid: idOf('prepaid'), deposit: idOf('deposit') };
}

/** Every charge item by the name it is chosen by. */
export function readItems(ctx: Context): Promise<DeskAccount['items']> {
  return ctx.tx.rows<DeskAccount['items'][number]>(
    sql`select id, name, kind from charge_item where company_id = ${ctx.companyId} order by sort_order, name`,
  );
}

/** The community's rules of the desk, and whether an offer is in force on the day. */
export async function readRules(ctx: Context, communityId: string, day: string): Promise<DeskAccount['rules']> {
  const row = await ctx.tx.first<{
    takes_oldest_first: boolean;
    refuses_part_payment: boolean;
    refuses_overpayment: boolean;
    has_offers: boolean;
  }>(sql`
    select c.takes_oldest_first, c.refuses_part_payment, c.refuses_overpayment,
      exists (select from offer o where o.company_id = c.company_id and o.is_enabled and o.valid_from <= ${day}::date
        and (o.valid_to is null or o.valid_to >= ${day}::date) and (o.community_ids = '{}' or c.id = any (o.community_ids))) as has_offers
    from community c where c.company_id = ${ctx.companyId} and c.id = ${communityId}`);
  return {
    takesOldestFirst: row!.takes_oldest_first,
    refusesPartPayment: row!.refuses_part_payment,
    refusesOverpayment: row!.refuses_overpayment,
    hasOffers: row!.has_offers,
  };
}

/** How much the person may give up in one receipt, in words. */
export async function readLimit(ctx: Context): Promise<DeskAccount['discountLimit']> {
  const limits = await readDiscountLimits(ctx);
  if (limits.length === 0) return null;
  const inWords = (texts: readonly string[]) => (texts.includes('不限') ? '不限' : [...new Set(texts)].join('或'));
  return {
    discount: inWords(limits.map((one) => limitText(one.discountFen, one.discountShare))),
    lateFee: inWords(limits.map((one) => limitText(one.lateFeeFen, one.lateFeeShare))),
  };
}
