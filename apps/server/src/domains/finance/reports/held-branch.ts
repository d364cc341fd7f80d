import { type Sql, sql } from '../../../platform/database/sql.ts';
import type { ReportBranch } from './report-source.ts';

/**
 * A branch over the movements `m` of what the company holds of its payers, `x` being the account or deposit and `o` the movement
 * that a reversal or restoration undoes: it counts as what it undoes, with its own sign.
 */
export function heldBranch(
  companyId: string,
  table: 'prepaid' | 'deposit',
  columns: Readonly<Record<string, { kinds: readonly string[]; isOut?: true }>>,
): ReportBranch {
  const from =
    table === 'prepaid'
      ? sql`prepaid_movement m join prepaid_account x on x.company_id = m.company_id and x.id = m.prepaid_account_id
        left join prepaid_movement o on o.company_id = m.company_id and o.id = m.other_movement_id and m.kind in ('reversal', 'restoration')`
      : sql`deposit_movement m join deposit x on x.company_id = m.company_id and x.id = m.deposit_id
        left join deposit_movement o on o.company_id = m.company_id and o.id = m.other_movement_id and m.kind in ('reversal', 'restoration')`;
  const kind = sql`coalesce(o.kind, m.kind)`;
  const amounts: Record<string, Sql> = {};
  for (const [column, { kinds, isOut }] of Object.entries(columns))
    amounts[column] =
      sql`case when ${kind} = any (${[...kinds]}::text[]) then ${isOut ? sql`-m.amount_fen` : sql`m.amount_fen`} else 0 end`;
  return {
    from,
    where: sql`m.company_id = ${companyId} and x.company_id = ${companyId}`,
    of: {
      community: sql`m.community_id`,
      target: sql`x.target_id`,
      targetKind: sql`x.target_kind`,
      item: sql`x.charge_item_id`,
      day: sql`m.moved_on`,
    },
    amounts,
    balance: sql`m.amount_fen`,
    line: {
      document: table === 'prepaid' ? sql`'prepaidMovement'` : sql`'depositMovement'`,
      id: sql`m.id`,
      openAs: sql`case when m.refund_id is not null then 'refund' else 'receipt' end`,
      openId: sql`coalesce(m.refund_id, m.receipt_id)`,
    },
  };
}
