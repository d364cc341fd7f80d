import { fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { findBillTargets } from './find-bill-targets.ts';
import type { BillRefusal, ExistingBill, ImportedBillRow, ResolvedBill } from './imported-bill.ts';

/** Other names of the ready-made items. */
const itemSynonyms: Readonly<Record<string, readonly string[]>> = {
  物业费: ['物业管理费', '物业服务费', '管理费', '综合服务费'],
  车位费: ['停车费', '车位管理费', '车位服务费', '停车管理费'],
  电梯费: ['电梯运行费', '电梯使用费'],
  公摊费用: ['公摊费', '公摊', '公摊水电费'],
  滞纳金: ['违约金'],
  租金: ['房租', '租赁费'],
};

/** Where types that nobody knows go, as 腾讯海纳 does it. */
const restItems = ['其它', '其他', '其它费用', '其他费用'];

const methodSynonyms: Readonly<Record<string, readonly string[]>> = {
  cash: ['现金收款', '现金支付'],
  pos: ['pos', 'pos机', '刷卡', '银行卡', 'pos刷卡'],
  wechat: ['微信支付', '微信收款', '微信公众号'],
  alipay: ['支付宝支付', '支付宝收款'],
  bankTransfer: ['转账', '对公转账', '银行', '银行汇款', '汇款', '网银'],
  cheque: [],
};

const plain = (text: string) => text.toLowerCase().replace(/\s+/g, '');

interface Item {
  id: string;
  name: string;
  due_days: number;
}

/** Finds the item a name means: by name, by another usual name, else 其它 where the company has it. */
export async function itemFinder(ctx: Context): Promise<(name: string) => { item: Item; isRest: boolean } | undefined> {
  const items = await ctx.tx.rows<Item>(
    sql`select id, name, due_days from charge_item where company_id = ${ctx.companyId} and kind <> 'deposit'`,
  );
  const byName = new Map(items.map((item) => [plain(item.name), item]));
  const rest = restItems.map((name) => byName.get(name)).find((item) => item !== undefined);
  return (name) => {
    const usual = Object.keys(itemSynonyms).find((key) => itemSynonyms[key]?.includes(plain(name)));
    const item = byName.get(plain(name)) ?? (usual === undefined ? undefined : byName.get(usual));
    if (item) return { item, isRest: false };
    return rest && { item: rest, isRest: true };
  };
}

async function methodFinder(ctx: Context): Promise<(channel: string) => string | undefined> {
  const methods = await ctx.tx.rows<{ id: string; key: string; name: string }>(
    sql`select id, key, name from payment_method where company_id = ${ctx.companyId} and source = 'money'`,
  );
  return (channel) => {
    const wanted = plain(channel);
    const found =
      methods.find((one) => plain(one.name) === wanted) ??
      methods.find((one) => methodSynonyms[one.key]?.includes(wanted));
    return found?.id;
  };
}

export interface ResolvedBills {
  bills: ResolvedBill[];
  refusals: BillRefusal[];
  /** Last day of the closed books, ISO; null: all open. */
  closedUntil: string | null;
}

/** Finds what the rows mean and which of them are there already. Writes nothing. */
export async function resolveImportedBills(
  ctx: Context,
  communityId: string,
  rows: readonly ImportedBillRow[],
): Promise<ResolvedBills> {
  const [findItem, findMethod] = [await itemFinder(ctx), await methodFinder(ctx)];
  const book = await ctx.tx.first<{ closed_until: string | null; name: string }>(sql`select b.closed_until, c.name
    from community c left join community_book b on b.company_id = c.company_id and b.community_id = c.id
    where c.company_id = ${ctx.companyId} and c.id = ${communityId}`);
  const targets = await findBillTargets(
    ctx,
    { id: communityId, name: book?.name ?? '' },
    rows.map(({ row }) => row.address),
  );
  const closedUntil = book?.closed_until ?? null;
  const refusals: BillRefusal[] = [];
  const found: ResolvedBill[] = [];
  for (const { number, row } of rows) {
    const refuse = (key: BillRefusal['key'], message: string) => refusals.push({ row: number, key, message });
    const target = targets.get(row.address);
    const known = findItem(row.itemName);
    const { payment } = row;
    const paymentMethodId = payment ? findMethod(payment.channel) : null;
    if (target === undefined) refuse('address', `这个小区里没有“${row.address}”，请核对，或先导入房屋`);
    else if (target === 'several') refuse('address', `“${row.address}”有不止一处，请写全楼栋和单元`);
    if (!known) refuse('itemName', `没有收费项目“${row.itemName}”，也没有“其它”。请先在“收费项目”中新增`);
    if (paymentMethodId === undefined)
      refuse('channel', `没有支付方式“${payment?.channel}”，请先在“支付方式”中新增，或改成已有的名称`);
    if (payment && closedUntil !== null && payment.paidOn <= closedUntil)
      refuse('paidOn', `账已结到 ${closedUntil}，不能再记这一天的收款。请先反结账，或只导入未收部分`);
    if (target === undefined || target === 'several' || !known || paymentMethodId === undefined) continue;
    const dueOn = row.dueOn ?? Temporal.PlainDate.from(row.periodFrom).add({ days: known.item.due_days }).toString();
    found.push({ number, row, ...target, chargeItemId: known.item.id, dueOn, paymentMethodId, existing: null });
  }
  const refused = new Set(refusals.map((one) => one.row));
  const bills = found.filter((one) => !refused.has(one.number));
  await markExisting(ctx, bills);
  return { bills, refusals, closedUntil };
}

const keyOf = (targetId: string, itemId: string, from: string, to: string) => `${targetId} ${itemId} ${from} ${to}`;

/** The nth row of a file about the same thing is the nth bill of it that stands. */
async function markExisting(ctx: Context, bills: ResolvedBill[]): Promise<void> {
  const rows = await ctx.tx.rows<{
    id: string;
    target_id: string;
    charge_item_id: string;
    period_from: string;
    period_to: string;
    receivable_fen: bigint;
    is_imported: boolean;
    is_touched: boolean;
  }>(sql`
    select b.id, b.target_id, b.charge_item_id, b.period_from, b.period_to, b.receivable_fen, b.raised_how = 'import' as is_imported,
      b.received_fen + b.late_fee_received_fen + b.discount_fen + b.waived_fen + b.late_fee_waived_fen > 0 as is_touched
    from (select distinct id, day from unnest(${bills.map((one) => one.targetId)}::uuid[], ${bills.map(({ row }) => row.periodFrom)}::date[]) n (id, day)) t
    join bill b on b.company_id = ${ctx.companyId} and b.target_id = t.id and b.period_from = t.day and b.voided_at is null
    order by b.raised_at, b.id`);
  const standing = Map.groupBy(rows, (row) => keyOf(row.target_id, row.charge_item_id, row.period_from, row.period_to));
  for (const bill of bills) {
    const { row } = bill;
    const there = standing.get(keyOf(bill.targetId, bill.chargeItemId, row.periodFrom, row.periodTo))?.[row.repeat];
    bill.existing = there ? existingOf(there) : null;
  }
}

function existingOf(row: {
  id: string;
  receivable_fen: bigint;
  is_imported: boolean;
  is_touched: boolean;
}): ExistingBill {
  return { id: row.id, receivableFen: row.receivable_fen, isImported: row.is_imported, isTouched: row.is_touched };
}

/** Why a bill that is there cannot be replaced; null when it can. */
export function replacementProblem({ existing }: ResolvedBill): string | null {
  if (!existing) return null;
  const sum = formatYuan(fen(existing.receivableFen));
  if (!existing.isImported) return `这个账期已有系统生成的账单（${sum} 元），没有替换。请在“账单”中处理`;
  if (existing.isTouched) return `这个账期的账单（${sum} 元）已收过款或有优惠，没有替换`;
  return null;
}
