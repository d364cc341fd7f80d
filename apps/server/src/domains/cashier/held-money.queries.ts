import type { Fen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A prepaid account of a house or parking space. */
export interface HeldPrepaid {
  id: string;
  /** 通用预存, 物业管理费预存. */
  label: string;
  targetId: string;
  chargeItemId: string | null;
  balanceFen: Fen;
  /** The part that was paid and not given: what may move or be paid out. */
  paidFen: Fen;
}

/** A deposit that has not gone back whole. */
export interface HeldDeposit {
  id: string;
  label: string;
  targetId: string;
  holderName: string;
  takenOn: string;
  heldFen: Fen;
}

export interface HeldMoney {
  accounts: HeldPrepaid[];
  deposits: HeldDeposit[];
}

/** Prepaid accounts and deposits of these houses and parking spaces, also those with nothing left; not locked. */
export async function readHeldMoney(ctx: Context, targetIds: readonly string[]): Promise<HeldMoney> {
  const accounts = await ctx.tx.rows<{
    id: string;
    label: string;
    target_id: string;
    charge_item_id: string | null;
    balance_fen: Fen;
    paid_fen: Fen;
  }>(sql`
    select p.id, coalesce(i.name, '通用') || '预存' as label, p.target_id, p.charge_item_id, p.balance_fen, p.balance_fen - p.bonus_fen as paid_fen
    from prepaid_account p left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
    where p.company_id = ${ctx.companyId} and p.target_id = any (${[...targetIds]}::uuid[])
    order by p.charge_item_id is not null, i.sort_order, i.name, p.id`);
  const deposits = await ctx.tx.rows<{
    id: string;
    label: string;
    target_id: string;
    holder_name: string;
    taken_on: string;
    held_fen: Fen;
  }>(sql`
    select d.id, i.name as label, d.target_id, d.holder_name, d.taken_on, d.held_fen
    from deposit d join charge_item i on i.company_id = d.company_id and i.id = d.charge_item_id
    where d.company_id = ${ctx.companyId} and d.target_id = any (${[...targetIds]}::uuid[]) and not d.is_reversed
    order by d.taken_on, d.id`);
  return {
    accounts: accounts.map((row) => ({
      id: row.id,
      label: row.label,
      targetId: row.target_id,
      chargeItemId: row.charge_item_id,
      balanceFen: row.balance_fen,
      paidFen: row.paid_fen,
    })),
    deposits: deposits.map((row) => ({
      id: row.id,
      label: row.label,
      targetId: row.target_id,
      holderName: row.holder_name,
      takenOn: row.taken_on,
      heldFen: row.held_fen,
    })),
  };
}

/**
 * The same, locked in the order of all money: accounts by id, then deposits by id. `toIds`: houses and parking spaces that
 * money will move to, whose accounts must be locked in the same order.
 */
export async function lockHeldMoney(
  ctx: Context,
  { targetIds, toIds }: { targetIds: readonly string[]; toIds: readonly string[] },
): Promise<HeldMoney> {
  await ctx.tx.rows(sql`select id from prepaid_account where company_id = ${ctx.companyId} and target_id = any (${[...targetIds, ...toIds]}::uuid[])
    order by id for no key update`);
  await ctx.tx.rows(sql`select id from deposit where company_id = ${ctx.companyId} and target_id = any (${[...targetIds]}::uuid[])
    order by id for no key update`);
  return readHeldMoney(ctx, targetIds);
}
