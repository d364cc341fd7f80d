import { type Auxiliary, type MappedAccount, type MappingDetail, mappedAccounts } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** One line of the account mapping: which account of the company's books stands for ours. */
export interface MappingRow {
  id: string;
  account: MappedAccount;
  charge_item_id: string | null;
  payment_method_id: string | null;
  /** Percent with two decimals, of the output tax alone. */
  tax_rate: string | null;
  /** Empty: not said yet. */
  code: string;
  name: string;
  has_tax: boolean;
  auxiliaries: Auxiliary[];
  detail: MappingDetail;
}

/** What a line of a voucher is about. */
export interface AccountKey {
  account: MappedAccount;
  itemId?: string | null;
  methodId?: string | null;
  taxRate?: string | null;
}

export type AccountMap = (key: AccountKey) => MappingRow;

export function readMappingRows(ctx: Context): Promise<MappingRow[]> {
  return ctx.tx.rows<MappingRow>(sql`
    select id, account, charge_item_id, payment_method_id, tax_rate, code, name, has_tax, auxiliaries, detail from account_mapping
    where company_id = ${ctx.companyId} order by account, id`);
}

/** Looks accounts up: the mapping of the very item, way of paying or rate, else the account's general one, else one without a code. */
export function accountMap(rows: readonly MappingRow[]): AccountMap {
  const byKey = new Map(
    rows.map((row) => [keyText(row.account, row.charge_item_id, row.payment_method_id, row.tax_rate), row]),
  );
  return ({ account, itemId = null, methodId = null, taxRate = null }) =>
    byKey.get(keyText(account, itemId, methodId, taxRate)) ??
    byKey.get(keyText(account, null, null, null)) ?? {
      id: account,
      account,
      charge_item_id: null,
      payment_method_id: null,
      tax_rate: null,
      code: '',
      name: mappedAccounts[account],
      has_tax: false,
      auxiliaries: [],
      detail: 'sum',
    };
}

const keyText = (...parts: readonly (string | null)[]) => parts.map((part) => part ?? '').join(' ');

/** The accounts a new company starts with. Payment methods must be there already. */
export async function addDefaultAccounts(ctx: Context): Promise<void> {
  await ctx.tx.run(sql`select fill_account_mapping(${ctx.companyId}, 'enterprise')
    where not exists (select from account_mapping where company_id = ${ctx.companyId})`);
}
