import { createHash } from 'node:crypto';
import type { TargetKind } from '@anlin/contract';
import { type Fen, zeroFen } from '@anlin/money';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { nextNumber } from '../../platform/numbers/next-number.ts';
import { moveDeposits } from './move-deposit.ts';
import { movePrepaid, openPrepaidAccount } from './move-prepaid.ts';
import { insertReceipt } from './write-receipt.ts';

/** What another system held of somebody: one prepaid balance or one deposit, everything looked up. */
export interface Opening {
  /** Row of the file: with the import it makes the row's receipt, once. */
  rowNumber: number;
  targetKind: TargetKind | null;
  targetId: string | null;
  chargeItemId: string | null;
  paidFen: Fen;
  /** Of prepaid only: given, on top of what was paid. */
  bonusFen: Fen;
  holderName: string;
  /** Of deposits: since when it is held. */
  takenOn: string;
  note: string;
}

export interface OpeningPlace {
  importId: string;
  communityId: string;
  /** Business day of the import: the day it is booked. */
  today: string;
}

/** Where an opening goes: what is not of a house or parking space is not prepaid. */
type Kind = 'prepaid' | 'deposit';

interface Desk {
  code: string;
  receipt_number_pattern: string;
  method_id: string;
}

/**
 * Writes balances brought along from another system (CSH-5, CSH-6): for each a receipt of the kind `import` with a number,
 * paid by 期初转入, booked today; a deposit keeps the day it was taken. A row that was written already is left alone.
 * Returns how many were written.
 */
export async function importOpenings(
  ctx: Context,
  kind: Kind,
  place: OpeningPlace,
  openings: readonly Opening[],
): Promise<number> {
  const keyOf = (one: Opening) => `import-${place.importId}-${one.rowNumber}`;
  const known = await ctx.tx.rows<{ idempotency_key: string }>(sql`select idempotency_key from receipt
    where company_id = ${ctx.companyId} and idempotency_key = any (${openings.map(keyOf)}::text[])`);
  const written = new Set(known.map((row) => row.idempotency_key));
  const desk = await readDesk(ctx, place.communityId);
  let count = 0;
  for (const opening of openings) {
    const key = keyOf(opening);
    if (written.has(key)) continue;
    await writeOpening(ctx, kind, { place, opening, key, desk });
    count += 1;
  }
  return count;
}

async function readDesk(ctx: Context, communityId: string): Promise<Desk> {
  // It is no way of paying at the desk, so it is not enabled; the income detail names it.
  await ctx.tx.run(sql`insert into payment_method (company_id, id, key, name, is_enabled, sort_order)
    values (${ctx.companyId}, ${ctx.newId()}, 'opening', '期初转入', false, 990) on conflict do nothing`);
  const desk = await ctx.tx.first<Desk>(sql`
    select c.code, c.receipt_number_pattern, m.id as method_id from community c
    join payment_method m on m.company_id = c.company_id and m.key = 'opening'
    where c.company_id = ${ctx.companyId} and c.id = ${communityId}`);
  if (!desk) throw new Error('the community or the payment method of openings is not there');
  return desk;
}

async function writeOpening(
  ctx: Context,
  kind: Kind,
  { place, opening, key, desk }: { place: OpeningPlace; opening: Opening; key: string; desk: Desk },
): Promise<void> {
  const { communityId, today } = place;
  const { targetKind, targetId, chargeItemId, paidFen, bonusFen } = opening;
  const isPrepaid = kind === 'prepaid' && targetKind !== null && targetId !== null;
  const accountId = isPrepaid
    ? await openPrepaidAccount(ctx, { communityId, targetKind, targetId, chargeItemId })
    : null;
  if (accountId !== null)
    await ctx.tx.rows(
      sql`select id from prepaid_account where company_id = ${ctx.companyId} and id = ${accountId} for no key update`,
    );
  const receiptId = ctx.newId();
  const number = await nextNumber(ctx, {
    communityId,
    communityCode: desk.code,
    kind: 'receipt',
    pattern: desk.receipt_number_pattern,
    day: Temporal.PlainDate.from(today),
  });
  await insertReceipt(
    ctx,
    {
      id: receiptId,
      communityId,
      number,
      totalFen: paidFen,
      cashTenderedFen: zeroFen,
      changeFen: zeroFen,
      payerName: opening.holderName,
      targetKind,
      targetId,
      receivedOn: today,
      cashierStaffId: ctx.actor.id,
      kind: 'import',
      note: `期初导入${opening.note === '' ? '' : `：${opening.note}`}`,
      idempotencyKey: key,
      requestHash: createHash('sha256').update(key).digest(),
      tenders: [{ paymentMethodId: desk.method_id, amountFen: paidFen, reference: '' }],
      parts: [],
    },
    // Nobody paid anything just now, so nobody is told; the import has an audit entry of its own.
    { event: sql`select 1`, audit: sql`select 1` },
  );
  const document = { communityId, movedOn: today };
  if (accountId !== null) {
    const common = { accountId, receiptId, note: '期初余额' };
    await movePrepaid(ctx, document, [
      { ...common, kind: 'topUp', amountFen: paidFen },
      ...(bonusFen === zeroFen ? [] : [{ ...common, kind: 'bonus' as const, amountFen: bonusFen }]),
    ]);
    return;
  }
  const depositId = ctx.newId();
  await ctx.tx.run(sql`insert into deposit (company_id, id, community_id, target_kind, target_id, charge_item_id, holder_name, receipt_id, taken_on,
      taken_fen, note, created_at)
    values (${ctx.companyId}, ${depositId}, ${communityId}, ${targetKind}, ${targetId}, ${chargeItemId}, ${opening.holderName}, ${receiptId},
      ${opening.takenOn}, ${paidFen.toString()}, ${opening.note}, ${nowText(ctx)})`);
  await moveDeposits(ctx, document, [{ depositId, kind: 'take', amountFen: paidFen, receiptId, reason: '期初余额' }]);
}

/** Up to which day the books of a community are closed, null when they are open. */
export async function readClosedUntil(ctx: Context, communityId: string): Promise<string | null> {
  const row = await ctx.tx.first<{ closed_until: string | null }>(
    sql`select closed_until from community_book where company_id = ${ctx.companyId} and community_id = ${communityId}`,
  );
  return row?.closed_until ?? null;
}

export interface KnownOpening {
  targetId: string | null;
  chargeItemId: string | null;
  holderName: string;
  takenOn: string;
  /** Paid, without what was given. */
  paidFen: Fen;
}

/** Openings of a community that stand, to find rows that were imported before. */
export async function listOpenings(ctx: Context, kind: Kind, communityId: string): Promise<KnownOpening[]> {
  const rows =
    kind === 'prepaid'
      ? await ctx.tx.rows<OpeningRow>(sql`
        select p.target_id, p.charge_item_id, '' as holder_name, m.moved_on as taken_on, m.amount_fen
        from receipt r join prepaid_movement m on m.company_id = r.company_id and m.receipt_id = r.id and m.kind = 'topUp'
        join prepaid_account p on p.company_id = m.company_id and p.id = m.prepaid_account_id
        where r.company_id = ${ctx.companyId} and r.community_id = ${communityId} and r.kind = 'import' and r.reversed_at is null`)
      : await ctx.tx.rows<OpeningRow>(sql`
        select d.target_id, d.charge_item_id, d.holder_name, d.taken_on, d.taken_fen as amount_fen
        from receipt r join deposit d on d.company_id = r.company_id and d.receipt_id = r.id
        where r.company_id = ${ctx.companyId} and r.community_id = ${communityId} and r.kind = 'import' and r.reversed_at is null`);
  return rows.map((row) => ({
    targetId: row.target_id,
    chargeItemId: row.charge_item_id,
    holderName: row.holder_name,
    takenOn: row.taken_on,
    paidFen: row.amount_fen,
  }));
}

interface OpeningRow {
  target_id: string | null;
  charge_item_id: string | null;
  holder_name: string;
  taken_on: string;
  amount_fen: Fen;
}
