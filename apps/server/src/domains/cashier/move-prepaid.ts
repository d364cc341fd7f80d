import type { TargetKind } from '@anlin/contract';
import { cashierFail } from '@anlin/contract';
import { addFen, type Fen, fen, formatYuan, negateFen, subtractFen, zeroFen } from '@anlin/money';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export type PrepaidMovementKind =
  | 'topUp'
  | 'bonus'
  | 'offset'
  | 'refund'
  | 'refundIn'
  | 'depositIn'
  | 'moveOut'
  | 'moveIn'
  | 'reversal'
  | 'restoration';

/** One movement to write. `amountFen` is positive into the account and negative out of it. */
export interface PrepaidMove {
  accountId: string;
  kind: PrepaidMovementKind;
  amountFen: Fen;
  /** Of reversals and restorations only: the given part of what they undo or repeat, with the sign of the amount. */
  bonusFen?: Fen;
  receiptId?: string | null;
  receiptTenderId?: string | null;
  receiptReversalId?: string | null;
  receiptRestorationId?: string | null;
  refundId?: string | null;
  /** The movement it undoes or repeats, or the other side of a move. */
  otherMovementId?: string | null;
  /** The package a top-up was sold as. */
  prepaidPackageId?: string | null;
  note?: string;
}

export interface PrepaidMoved {
  movementId: string;
  /** Of the account, after the movement. */
  balanceFen: Fen;
  /** The part of the movement that was given and not paid; same sign. */
  bonusFen: Fen;
}

interface Account {
  id: string;
  name: string;
  balance_fen: Fen;
  bonus_fen: Fen;
  movement_count: bigint;
}

/**
 * Writes movements of prepaid accounts of one community, in order, and their balances (CSH-5). Accounts are locked by id,
 * after bills and before number counters. What was paid is used before what was given. Refused with nothing written when a
 * balance would fall below zero, or more would be paid out than was paid in (409).
 */
export async function movePrepaid(
  ctx: Context,
  document: { communityId: string; movedOn: string },
  moves: readonly PrepaidMove[],
): Promise<PrepaidMoved[]> {
  if (moves.length === 0) return [];
  const accounts = await lockAccounts(ctx, [...new Set(moves.map((move) => move.accountId))]);
  const written = moves.map((move) => {
    const account = accounts.get(move.accountId);
    if (!account) throw new Error(`no prepaid account ${move.accountId}`);
    const bonusFen = bonusOf(account, move);
    account.balance_fen = addFen(account.balance_fen, move.amountFen);
    account.bonus_fen = addFen(account.bonus_fen, bonusFen);
    account.movement_count += 1n;
    return {
      ...move,
      movementId: ctx.newId(),
      bonusFen,
      balanceFen: account.balance_fen,
      sequence: account.movement_count,
    };
  });
  await writeMovements(ctx, document, written);
  await writeBalances(ctx, [...accounts.values()]);
  return written;
}

/** The given part of a movement, or the refusal when the account does not hold enough. */
function bonusOf(account: Account, move: PrepaidMove): Fen {
  const { amountFen, kind } = move;
  const balanceFen = addFen(account.balance_fen, amountFen);
  const refusal = () =>
    cashierFail('prepaid.short', {
      account: account.name,
      balance: formatYuan(account.balance_fen),
      amount: formatYuan(negateFen(amountFen)),
    });
  if (balanceFen < zeroFen) throw refusal();
  if (kind === 'bonus') return amountFen;
  if (move.bonusFen !== undefined) {
    const bonusFen = addFen(account.bonus_fen, move.bonusFen);
    if (bonusFen < zeroFen || bonusFen > balanceFen) throw refusal();
    return move.bonusFen;
  }
  if (amountFen > zeroFen) return zeroFen;
  const paidFen = subtractFen(account.balance_fen, account.bonus_fen);
  const outFen = negateFen(amountFen);
  if (outFen <= paidFen) return zeroFen;
  if (kind === 'refund' || kind === 'moveOut')
    throw cashierFail('prepaid.bonusStays', {
      account: account.name,
      paid: formatYuan(paidFen),
      bonus: formatYuan(account.bonus_fen),
    });
  return fen(paidFen - outFen);
}

async function lockAccounts(ctx: Context, ids: readonly string[]): Promise<Map<string, Account>> {
  const rows = await ctx.tx.rows<Account>(sql`
    select p.id, coalesce(ct.label, '') || coalesce(i.name, '') || '预存款' as name, p.balance_fen, p.bonus_fen, p.movement_count
    from prepaid_account p
    left join charge_target ct on ct.company_id = p.company_id and ct.kind = p.target_kind and ct.id = p.target_id
    left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
    where p.company_id = ${ctx.companyId} and p.id = any (${[...ids]}::uuid[]) order by p.id for no key update of p`);
  return new Map(rows.map((row) => [row.id, row]));
}

type Written = PrepaidMove & PrepaidMoved & { sequence: bigint };

async function writeMovements(
  ctx: Context,
  document: { communityId: string; movedOn: string },
  moves: readonly Written[],
): Promise<void> {
  const column = <T>(read: (move: Written) => T) => moves.map(read);
  await ctx.tx.run(sql`
    insert into prepaid_movement (company_id, id, community_id, prepaid_account_id, sequence, kind, amount_fen, bonus_fen, balance_fen,
      receipt_id, receipt_tender_id, receipt_reversal_id, receipt_restoration_id, refund_id, other_movement_id, prepaid_package_id, note, moved_on, moved_at, staff_id)
    select ${ctx.companyId}, m.id, ${document.communityId}, m.account, m.sequence, m.kind, m.amount, m.bonus, m.balance,
      m.receipt, m.tender, m.reversal, m.restoration, m.refund, m.other, m.package, m.note, ${document.movedOn}::date, ${nowText(ctx)}, ${ctx.actor.kind === 'staff' ? ctx.actor.id : null}
    from unnest(${column((move) => move.movementId)}::uuid[], ${column((move) => move.accountId)}::uuid[], ${column((move) => move.sequence.toString())}::bigint[],
      ${column((move) => move.kind)}::text[], ${column((move) => move.amountFen.toString())}::bigint[], ${column((move) => move.bonusFen.toString())}::bigint[],
      ${column((move) => move.balanceFen.toString())}::bigint[], ${column((move) => move.receiptId ?? null)}::uuid[],
      ${column((move) => move.receiptTenderId ?? null)}::uuid[], ${column((move) => move.receiptReversalId ?? null)}::uuid[],
      ${column((move) => move.receiptRestorationId ?? null)}::uuid[], ${column((move) => move.refundId ?? null)}::uuid[],
      ${column((move) => move.otherMovementId ?? null)}::uuid[], ${column((move) => move.prepaidPackageId ?? null)}::uuid[],
      ${column((move) => move.note ?? '')}::text[])
      m (id, account, sequence, kind, amount, bonus, balance, receipt, tender, reversal, restoration, refund, other, package, note)`);
}

async function writeBalances(ctx: Context, accounts: readonly Account[]): Promise<void> {
  await ctx.tx.run(sql`
    update prepaid_account p set balance_fen = a.balance, bonus_fen = a.bonus, movement_count = a.movements
    from unnest(${accounts.map((one) => one.id)}::uuid[], ${accounts.map((one) => one.balance_fen.toString())}::bigint[],
      ${accounts.map((one) => one.bonus_fen.toString())}::bigint[], ${accounts.map((one) => one.movement_count.toString())}::bigint[])
      a (id, balance, bonus, movements)
    where p.company_id = ${ctx.companyId} and p.id = a.id`);
}

/**
 * The prepaid account of a house or parking space, general (`chargeItemId` null) or for one item; opened when there is none
 * yet. The target must be of the community, which the caller has looked up.
 */
export async function openPrepaidAccount(
  ctx: Context,
  input: {
    communityId: string;
    targetKind: TargetKind;
    targetId: string;
    chargeItemId: string | null;
  },
): Promise<string> {
  await ctx.tx.run(sql`
    insert into prepaid_account (company_id, id, community_id, target_kind, target_id, charge_item_id, created_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${input.communityId}, ${input.targetKind}, ${input.targetId}, ${input.chargeItemId}, ${nowText(ctx)})
    on conflict (company_id, target_id, charge_item_id) do nothing`);
  const row = await ctx.tx.first<{ id: string }>(sql`select id from prepaid_account
    where company_id = ${ctx.companyId} and target_id = ${input.targetId} and charge_item_id is not distinct from ${input.chargeItemId}::uuid`);
  return row!.id;
}
