import { cashierFail, platformFail } from '@anlin/contract';
import { addFen, type Fen, formatYuan, sumFen, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { AllocationPart } from './allocate.ts';
import type { CountedTender } from './count-money.ts';
import type { SettledBill } from './settle-bills.ts';
import { type Offsets, spreadOffsets } from './spread-offsets.ts';

interface Holding {
  id: string;
  community_id: string;
  target_id: string | null;
  charge_item_id: string | null;
  item_name: string | null;
}

/**
 * Locks what a receipt draws on or adds to: prepaid accounts by id, then deposits by id, after the bills and before the
 * number. Accounts and deposits must be of a target that is on the receipt; a prepaid account of one item pays bills of
 * that item only. Returns the parts with how much of each is offset.
 */
export async function lockOffsets(
  ctx: Context,
  receipt: {
    communityId: string;
    targetIds: ReadonlySet<string>;
    tenders: readonly CountedTender[];
    topUpAccountIds: readonly string[];
    bills: readonly SettledBill[];
    parts: readonly AllocationPart[];
  },
): Promise<(AllocationPart & { offsetFen: Fen })[]> {
  const { tenders, topUpAccountIds } = receipt;
  const accountIds = tenders.flatMap((one) => one.prepaidAccountId ?? []);
  const depositIds = tenders.flatMap((one) => one.depositId ?? []);
  const accounts = await lockAccounts(ctx, [...accountIds, ...topUpAccountIds]);
  const deposits = await lockDeposits(ctx, depositIds);
  for (const id of accountIds) checkHolding(receipt, accounts.get(id), '预存账户');
  for (const id of depositIds) checkHolding(receipt, deposits.get(id), '押金');
  const items = new Map(receipt.bills.map(({ bill }) => [bill.id, bill.chargeItemId]));
  const parts = receipt.parts.map((part) => ({ ...part, chargeItemId: items.get(part.billId)! }));
  return spreadOffsets(parts, offsetsOf(tenders, accounts, parts));
}

async function lockAccounts(ctx: Context, ids: readonly string[]): Promise<Map<string, Holding>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.tx.rows<Holding>(sql`
    select p.id, p.community_id, p.target_id, p.charge_item_id, i.name as item_name
    from prepaid_account p left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
    where p.company_id = ${ctx.companyId} and p.id = any (${[...ids]}::uuid[]) order by p.id for no key update of p`);
  return new Map(rows.map((row) => [row.id, row]));
}

async function lockDeposits(ctx: Context, ids: readonly string[]): Promise<Map<string, Holding>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.tx.rows<Holding>(sql`
    select d.id, d.community_id, d.target_id, null::uuid as charge_item_id, i.name as item_name
    from deposit d join charge_item i on i.company_id = d.company_id and i.id = d.charge_item_id
    where d.company_id = ${ctx.companyId} and d.id = any (${[...ids]}::uuid[]) order by d.id for no key update of d`);
  return new Map(rows.map((row) => [row.id, row]));
}

function checkHolding(
  receipt: { communityId: string; targetIds: ReadonlySet<string> },
  holding: Holding | undefined,
  label: string,
): void {
  if (!holding) throw platformFail('reference.notFound', { label });
  if (holding.community_id !== receipt.communityId.toLowerCase() || !receipt.targetIds.has(holding.target_id ?? ''))
    throw cashierFail('receipt.offsetTarget', { account: `${holding.item_name ?? '通用'}${label}` });
}

/** The offsets by what they may pay; refused when one item has more than its bills. */
function offsetsOf(
  tenders: readonly CountedTender[],
  accounts: ReadonlyMap<string, Holding>,
  parts: readonly (AllocationPart & { chargeItemId: string })[],
): Offsets {
  const byItem = new Map<string, Fen>();
  const names = new Map<string, string>();
  let anyFen = zeroFen;
  for (const { prepaidAccountId, amountFen } of tenders.filter((one) => one.source !== 'money')) {
    const account = prepaidAccountId === null ? undefined : accounts.get(prepaidAccountId);
    const itemId = account?.charge_item_id ?? null;
    if (itemId === null) anyFen = addFen(anyFen, amountFen);
    else {
      byItem.set(itemId, addFen(byItem.get(itemId) ?? zeroFen, amountFen));
      names.set(itemId, account?.item_name ?? '');
    }
  }
  for (const [itemId, amountFen] of byItem) {
    const ofItem = parts.filter((part) => part.chargeItemId === itemId);
    const billsFen = sumFen(ofItem.map((part) => addFen(part.principalFen, part.lateFeeFen)));
    if (amountFen > billsFen)
      throw cashierFail('receipt.offsetAboveItem', {
        item: names.get(itemId) ?? '',
        amount: formatYuan(amountFen),
        bills: formatYuan(billsFen),
      });
  }
  return { anyFen, byItem };
}
