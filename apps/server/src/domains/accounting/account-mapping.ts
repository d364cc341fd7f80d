import {
  type AccountingChart,
  type AccountMapping,
  accountingCharts,
  accountingFail,
  accountsByItem,
  accountsByMethod,
  accountsByTarget,
  accountsWithTax,
  type EndpointReply,
  type listAccountMappings,
  mappedAccounts,
  okReply,
  platformFail,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type MappingRow, readMappingRows } from './account-map.ts';
import { bookCommunities } from './book-communities.ts';

/** The mapping with what can be told apart, and what the communities are called in the company's books. */
export async function readAccountMappings(ctx: Context): Promise<EndpointReply<typeof listAccountMappings>> {
  const rows = await readMappingRows(ctx);
  const items = await ctx.tx.rows<{ id: string; name: string; tax_rate: string }>(
    sql`select id, name, tax_rate from charge_item where company_id = ${ctx.companyId} order by sort_order, name, id`,
  );
  const methods = await ctx.tx.rows<{ id: string; name: string }>(
    sql`select id, name from payment_method where company_id = ${ctx.companyId} and source = 'money' order by sort_order, name, id`,
  );
  const communities = await bookCommunities(ctx, undefined);
  const names = new Map([...items, ...methods].map(({ id, name }) => [id, name]));
  const order = Object.keys(mappedAccounts);
  return {
    rows: rows
      .map((row) => viewMapping(row, names))
      .toSorted(
        (a, b) => order.indexOf(a.account) - order.indexOf(b.account) || a.forName.localeCompare(b.forName, 'zh-CN'),
      ),
    items: items.map(({ id, name, tax_rate }) => ({ id, name, taxRate: Number(tax_rate) })),
    methods,
    fields: await ctx.tx.rows<{ id: string; name: string }>(sql`select id, label as name from custom_field
      where company_id = ${ctx.companyId} and resource = 'house' and kind = 'text' and archived_at is null order by sort_order, key`),
    communities: communities.map((one) => ({
      communityId: one.id,
      communityName: one.name,
      departmentCode: one.department_code,
      departmentName: one.department_name,
      customerCode: one.customer_code,
      customerName: one.customer_name,
      projectCode: one.project_code,
      projectName: one.project_name,
      customerFieldId: one.customer_field_id,
    })),
  };
}

function viewMapping(row: MappingRow, names: ReadonlyMap<string, string>): AccountMapping {
  const { charge_item_id: item, payment_method_id: method, tax_rate: rate } = row;
  return {
    id: row.id,
    account: row.account,
    chargeItemId: item,
    paymentMethodId: method,
    taxRate: rate === null ? null : Number(rate),
    forName: rate === null ? (names.get(item ?? method ?? '') ?? '') : `${Number(rate)}%`,
    code: row.code,
    name: row.name,
    hasTax: row.has_tax,
    auxiliaries: row.auxiliaries,
    detail: row.detail,
  };
}

type MappingInput = Omit<AccountMapping, 'id' | 'forName'>;

/** Sets what stands for one of our accounts, in general or for one item, way of paying or rate. Vouchers made before stay as they are. */
export async function saveAccountMapping(ctx: Context, input: MappingInput): Promise<{ id: string }> {
  const { account, chargeItemId, paymentMethodId, taxRate } = input;
  refuseOtherDetail(input);
  if (input.detail === 'target' && !accountsByTarget.includes(account))
    throw accountingFail('accountMapping.notByTarget', { account: mappedAccounts[account] });
  if (chargeItemId !== null) await requireRow(ctx, 'charge_item', chargeItemId);
  if (paymentMethodId !== null) await requireRow(ctx, 'payment_method', paymentMethodId);
  const hasTax = input.hasTax && accountsWithTax.includes(account);
  const before = (await readMappingRows(ctx)).find(
    (row) =>
      row.account === account &&
      row.charge_item_id === chargeItemId &&
      row.payment_method_id === paymentMethodId &&
      (row.tax_rate === null ? null : Number(row.tax_rate)) === taxRate,
  );
  const row = await ctx.tx.first<{ id: string }>(sql`
    insert into account_mapping (company_id, id, account, charge_item_id, payment_method_id, tax_rate, code, name, has_tax, auxiliaries, detail)
    values (${ctx.companyId}, ${ctx.newId()}, ${account}, ${chargeItemId}, ${paymentMethodId}, ${taxRate}, ${input.code}, ${input.name}, ${hasTax}, ${input.auxiliaries}, ${input.detail})
    on conflict (company_id, account, charge_item_id, payment_method_id, tax_rate)
      do update set code = excluded.code, name = excluded.name, has_tax = excluded.has_tax, auxiliaries = excluded.auxiliaries,
        detail = excluded.detail returning id`);
  await recordAudit(ctx, {
    action: 'accountMapping.save',
    targetKind: 'accountMapping',
    targetId: row!.id,
    targetLabel: mappedAccounts[account],
    before: before && {
      code: before.code,
      name: before.name,
      hasTax: before.has_tax,
      auxiliaries: before.auxiliaries,
      detail: before.detail,
    },
    after: { ...input, hasTax },
  });
  return { id: row!.id };
}

function refuseOtherDetail({ account, chargeItemId, paymentMethodId, taxRate }: MappingInput): void {
  const refused = (by: string) =>
    accountingFail('accountMapping.notForAccount', { account: mappedAccounts[account], by });
  if (chargeItemId !== null && !accountsByItem.includes(account)) throw refused('收费项目');
  if (paymentMethodId !== null && !accountsByMethod.includes(account)) throw refused('支付方式');
  if (taxRate !== null && account !== 'outputTax') throw refused('税率');
}

async function requireRow(ctx: Context, table: 'charge_item' | 'payment_method', id: string): Promise<void> {
  const row = await ctx.tx.first(
    table === 'charge_item'
      ? sql`select 1 from charge_item where company_id = ${ctx.companyId} and id = ${id}`
      : sql`select 1 from payment_method where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (!row) throw platformFail('reference.notFound', { label: table === 'charge_item' ? '收费项目' : '支付方式' });
}

/** Removes what tells an account apart; the general mapping holds then. */
export async function removeAccountMapping(ctx: Context, id: string) {
  const row = (await readMappingRows(ctx)).find((one) => one.id === id);
  if (!row) throw platformFail('resource.notFound', { label: '科目对应' });
  if (row.charge_item_id === null && row.payment_method_id === null && row.tax_rate === null)
    throw accountingFail('accountMapping.general', { account: mappedAccounts[row.account] });
  await ctx.tx.run(sql`delete from account_mapping where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'accountMapping.remove',
    targetKind: 'accountMapping',
    targetId: id,
    targetLabel: mappedAccounts[row.account],
    before: { code: row.code, name: row.name },
  });
  return okReply;
}

/** Fills the whole mapping anew after one of the standards. */
export async function fillAccountMappings(ctx: Context, chart: AccountingChart) {
  await ctx.tx.run(sql`select fill_account_mapping(${ctx.companyId}, ${chart})`);
  await recordAudit(ctx, {
    action: 'accountMapping.fill',
    targetKind: 'accountMapping',
    targetId: null,
    targetLabel: accountingCharts[chart],
  });
  return okReply;
}

interface DimensionInput {
  communityId: string;
  departmentCode: string;
  departmentName: string;
  customerCode: string;
  customerName: string;
  projectCode: string;
  projectName: string;
  customerFieldId: string | null;
}

/** What a community is called in the company's books. */
export async function saveVoucherDimension(ctx: Context, input: DimensionInput) {
  const [community] = await bookCommunities(ctx, input.communityId);
  if (input.customerFieldId !== null) {
    const field =
      await ctx.tx.first(sql`select 1 from custom_field where company_id = ${ctx.companyId} and id = ${input.customerFieldId}
      and resource = 'house' and kind = 'text'`);
    if (!field) throw platformFail('reference.notFound', { label: '房屋的文字字段' });
  }
  await ctx.tx.run(sql`
    insert into voucher_dimension (company_id, community_id, department_code, department_name, customer_code, customer_name, project_code, project_name,
      customer_field_id)
    values (${ctx.companyId}, ${input.communityId}, ${input.departmentCode}, ${input.departmentName}, ${input.customerCode}, ${input.customerName},
      ${input.projectCode}, ${input.projectName}, ${input.customerFieldId})
    on conflict (company_id, community_id) do update set department_code = excluded.department_code, department_name = excluded.department_name,
      customer_code = excluded.customer_code, customer_name = excluded.customer_name, project_code = excluded.project_code, project_name = excluded.project_name,
      customer_field_id = excluded.customer_field_id`);
  await recordAudit(ctx, {
    action: 'voucherDimension.save',
    targetKind: 'community',
    targetId: input.communityId,
    targetLabel: community!.name,
    communityId: input.communityId,
    after: input,
  });
  return okReply;
}
