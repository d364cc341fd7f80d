import { cashierFail } from '@anlin/contract';
import { addFen, type Fen, formatYuan, negateFen, subtractFen, zeroFen } from '@anlin/money';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export type DepositMovementKind = 'take' | 'offset' | 'return' | 'toPrepaid' | 'forfeit' | 'reversal' | 'restoration';

/** One movement to write. `amountFen` is positive into what is held and negative out of it. */
export interface DepositMove {
  depositId: string;
  kind: DepositMovementKind;
  amountFen: Fen;
  /** Of reversals and restorations: what they undo or repeat. */
  undoes?: { movementId: string; kind: 'take' | 'offset' };
  receiptId?: string | null;
  receiptTenderId?: string | null;
  receiptReversalId?: string | null;
  receiptRestorationId?: string | null;
  refundId?: string | null;
  reason?: string;
}

interface Deposit {
  id: string;
  name: string;
  held_fen: Fen;
  taken_fen: Fen;
  offset_fen: Fen;
  returned_fen: Fen;
  forfeited_fen: Fen;
  is_reversed: boolean;
}

/**
 * Writes movements of deposits of one community and the sums kept on them (CSH-6). Deposits are locked by id, after prepaid
 * accounts and before number counters. Refused with nothing written when less is held than would leave (409).
 */
export async function moveDeposits(
  ctx: Context,
  document: { communityId: string; movedOn: string },
  moves: readonly DepositMove[],
): Promise<{ movementId: string; heldFen: Fen }[]> {
  if (moves.length === 0) return [];
  const deposits = await lockDeposits(ctx, [...new Set(moves.map((move) => move.depositId))]);
  const written = moves.map((move) => {
    const deposit = deposits.get(move.depositId);
    if (!deposit) throw new Error(`no deposit ${move.depositId}`);
    if (move.kind !== 'take') applyMove(deposit, move);
    return { ...move, movementId: ctx.newId(), heldFen: deposit.held_fen };
  });
  await writeMovements(ctx, document, written);
  await writeSums(ctx, [...deposits.values()]);
  return written;
}

/** Changes the deposit as it is in memory, or refuses. A deposit is inserted with what was taken, so `take` changes nothing. */
function applyMove(deposit: Deposit, move: DepositMove): void {
  const undone = move.undoes?.kind;
  if (undone === 'take') {
    if (move.kind === 'reversal' && deposit.held_fen !== deposit.taken_fen)
      throw cashierFail('deposit.used', { deposit: deposit.name, held: formatYuan(deposit.held_fen) });
    deposit.is_reversed = move.kind === 'reversal';
    deposit.held_fen = deposit.is_reversed ? zeroFen : deposit.taken_fen;
    return;
  }
  const outFen = negateFen(move.amountFen);
  if (outFen > deposit.held_fen)
    throw cashierFail('deposit.short', {
      deposit: deposit.name,
      held: formatYuan(deposit.held_fen),
      amount: formatYuan(outFen),
    });
  deposit.held_fen = subtractFen(deposit.held_fen, outFen);
  if (move.kind === 'return') deposit.returned_fen = addFen(deposit.returned_fen, outFen);
  else if (move.kind === 'forfeit') deposit.forfeited_fen = addFen(deposit.forfeited_fen, outFen);
  // Kept as prepaid is an offset too: it left the deposit and no money was given back.
  else deposit.offset_fen = addFen(deposit.offset_fen, outFen);
}

async function lockDeposits(ctx: Context, ids: readonly string[]): Promise<Map<string, Deposit>> {
  const rows = await ctx.tx.rows<Deposit>(sql`
    select d.id, coalesce(ct.label, nullif(d.holder_name, ''), '') || i.name as name, d.held_fen, d.taken_fen, d.offset_fen,
      d.returned_fen, d.forfeited_fen, d.is_reversed
    from deposit d join charge_item i on i.company_id = d.company_id and i.id = d.charge_item_id
    left join charge_target ct on ct.company_id = d.company_id and ct.kind = d.target_kind and ct.id = d.target_id
    where d.company_id = ${ctx.companyId} and d.id = any (${[...ids]}::uuid[]) order by d.id for no key update of d`);
  return new Map(rows.map((row) => [row.id, row]));
}

async function writeMovements(
  ctx: Context,
  document: { communityId: string; movedOn: string },
  moves: readonly (DepositMove & { movementId: string })[],
): Promise<void> {
  const column = <T>(read: (move: DepositMove & { movementId: string }) => T) => moves.map(read);
  await ctx.tx.run(sql`
    insert into deposit_movement (company_id, id, community_id, deposit_id, kind, amount_fen, receipt_id, receipt_tender_id, receipt_reversal_id,
      receipt_restoration_id, refund_id, other_movement_id, reason, moved_on, moved_at, staff_id)
    select ${ctx.companyId}, m.id, ${document.communityId}, m.deposit, m.kind, m.amount, m.receipt, m.tender, m.reversal, m.restoration, m.refund,
      m.other, m.reason, ${document.movedOn}::date, ${nowText(ctx)}, ${ctx.actor.id}
    from unnest(${column((move) => move.movementId)}::uuid[], ${column((move) => move.depositId)}::uuid[], ${column((move) => move.kind)}::text[],
      ${column((move) => move.amountFen.toString())}::bigint[], ${column((move) => move.receiptId ?? null)}::uuid[],
      ${column((move) => move.receiptTenderId ?? null)}::uuid[], ${column((move) => move.receiptReversalId ?? null)}::uuid[],
      ${column((move) => move.receiptRestorationId ?? null)}::uuid[], ${column((move) => move.refundId ?? null)}::uuid[],
      ${column((move) => move.undoes?.movementId ?? null)}::uuid[], ${column((move) => move.reason ?? '')}::text[])
      m (id, deposit, kind, amount, receipt, tender, reversal, restoration, refund, other, reason)`);
}

async function writeSums(ctx: Context, deposits: readonly Deposit[]): Promise<void> {
  const fens = (read: (deposit: Deposit) => Fen) => deposits.map((one) => read(one).toString());
  await ctx.tx.run(sql`
    update deposit d set offset_fen = s.offset_sum, returned_fen = s.returned, forfeited_fen = s.forfeited, is_reversed = s.is_reversed
    from unnest(${deposits.map((one) => one.id)}::uuid[], ${fens((one) => one.offset_fen)}::bigint[], ${fens((one) => one.returned_fen)}::bigint[],
      ${fens((one) => one.forfeited_fen)}::bigint[], ${deposits.map((one) => one.is_reversed)}::boolean[])
      s (id, offset_sum, returned, forfeited, is_reversed)
    where d.company_id = ${ctx.companyId} and d.id = s.id`);
}
