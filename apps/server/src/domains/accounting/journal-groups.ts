import { type MappedAccount, type VoucherGrouping, type VoucherKind, voucherKinds } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';

/** A community whose journal goes into vouchers, with what it is called in the company's books. */
export interface BookCommunity {
  id: string;
  name: string;
  closed_until: string | null;
  department_code: string;
  department_name: string;
  customer_code: string;
  customer_name: string;
  project_code: string;
  project_name: string;
  customer_field_id: string | null;
}

/** Days that become vouchers; both belong to it, ISO. */
export interface VoucherRange {
  firstDay: string;
  lastDay: string;
  grouping: VoucherGrouping;
}

/** What of the journal goes into one line or several of one voucher. Debit positive. */
export interface JournalGroup {
  community_id: string;
  kind: VoucherKind;
  /** First day of the day or month the voucher sums up. */
  period: string;
  account: MappedAccount;
  charge_item_id: string | null;
  item_name: string | null;
  tax_rate: string | null;
  payment_method_id: string | null;
  method_name: string | null;
  /** Whose it is, where the account is kept by house: a house, or a space or vehicle that goes with none. */
  target_id: string | null;
  target_name: string | null;
  /** What the books call it; null: nothing was entered. */
  target_code: string | null;
  amount_fen: bigint;
}

const kindOrder = Object.keys(voucherKinds);

/**
 * The journal of communities and days, added up by voucher, account, item and way of paying, those of `byTarget` by house too, in the vouchers' order.
 * Nothing that adds up to nothing.
 */
export async function readJournalGroups(
  ctx: Context,
  communities: readonly BookCommunity[],
  { firstDay, lastDay, grouping }: VoucherRange,
  byTarget: readonly MappedAccount[],
): Promise<JournalGroup[]> {
  const ids = communities.map(({ id }) => id);
  const period = sql`case ${grouping} when 'day' then d.day else date_trunc('month', d.day)::date end`;
  const wanted = sql`d.company_id = ${ctx.companyId} and d.community_id = any (${ids}::uuid[]) and d.day >= ${firstDay}::date and d.day <= ${lastDay}::date`;
  // What belongs to a space or vehicle goes with its house.
  const ofTargets = sql`union all
      select d.community_id, d.voucher_kind, ${period}, d.account, d.charge_item_id, null::uuid, coalesce(t.house_id, d.target_id), sum(d.amount_fen)::bigint
      from journal_target d left join charge_target t on t.company_id = d.company_id and t.kind = d.target_kind and t.id = d.target_id
      where ${wanted} and d.account = any (${[...byTarget]}::text[]) group by 1, 2, 3, 4, 5, 6, 7 having sum(d.amount_fen) <> 0`;
  const rows = await ctx.tx.ad<JournalGroup>(sql`
    select g.*, i.name as item_name, i.tax_rate, m.name as method_name, t.name as target_name, v.text_value as target_code from (
      select d.community_id, d.voucher_kind as kind, ${period} as period,
        d.account, d.charge_item_id, d.payment_method_id, null::uuid as target_id, sum(d.amount_fen)::bigint as amount_fen
      from journal_detail d
      where ${wanted} and d.account <> all (${[...byTarget]}::text[])
      group by 1, 2, 3, 4, 5, 6 having sum(d.amount_fen) <> 0 ${byTarget.length > 0 ? ofTargets : empty}) g
    left join charge_target t on t.company_id = ${ctx.companyId} and t.id = g.target_id
    left join voucher_dimension n on n.company_id = ${ctx.companyId} and n.community_id = g.community_id
    left join custom_value v on v.company_id = ${ctx.companyId} and v.field_id = n.customer_field_id and v.owner_id = g.target_id and v.position = 0
    left join charge_item i on i.company_id = ${ctx.companyId} and i.id = g.charge_item_id
    left join payment_method m on m.company_id = ${ctx.companyId} and m.id = g.payment_method_id
    order by g.period, g.account, i.sort_order, i.name, i.id, m.sort_order, m.name, m.id, t.name collate natural_order, g.target_id`);
  const place = new Map(ids.map((id, index) => [id, index]));
  return rows.toSorted(
    (a, b) =>
      (a.period < b.period ? -1 : a.period > b.period ? 1 : 0) ||
      place.get(a.community_id)! - place.get(b.community_id)! ||
      kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind),
  );
}
