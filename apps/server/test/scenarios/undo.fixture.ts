import { fen } from '@anlin/money';
import type { DeskFixture } from '../../src/domains/cashier/cashier.fixture.ts';
import { moveDeposits } from '../../src/domains/cashier/move-deposit.ts';
import { movePrepaid, openPrepaidAccount } from '../../src/domains/cashier/move-prepaid.ts';
import { sumChangeOf, writeReductions } from '../../src/domains/cashier/write-reductions.ts';
import { changeBillSums } from '../../src/domains/charging/index.ts';
import { verifyBooks } from '../../src/domains/finance/verify-books.ts';
import { type Context, nowText } from '../../src/platform/context.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { nextNumber } from '../../src/platform/numbers/next-number.ts';

/** What a receipt of every kind is for, in fen. Tenders are what the offsets leave, by cash. */
export interface MixedReceipt {
  bills?: readonly { billId: string; principal: bigint; lateFee?: bigint; offset?: bigint; discount?: bigint }[];
  topUp?: bigint;
  bonus?: bigint;
  deposit?: bigint;
  income?: bigint;
  /** Of the bills' offsets, drawn from this deposit; the rest from the house's general prepaid account. */
  fromDeposit?: { depositId: string; amount: bigint };
  receivedOn?: string;
}

export interface MixedTaken {
  receiptId: string;
  number: string;
  accountId: string;
  depositId: string | null;
  otherIncomeId: string | null;
}

/** Writes a receipt as the desk does, with whatever lines are asked for. */
export async function takeMixed(
  ctx: Context,
  desk: DeskFixture,
  staffId: string,
  mixed: MixedReceipt,
): Promise<MixedTaken> {
  const { communityId } = desk.company;
  const receiptId = ctx.newId();
  const bills = mixed.bills ?? [];
  const day = mixed.receivedOn ?? ctx.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString();
  const sum = (list: readonly bigint[]) => list.reduce((left, right) => left + right, 0n);
  const offset = sum(bills.map((one) => one.offset ?? 0n));
  const total = sum([
    ...bills.map((one) => one.principal + (one.lateFee ?? 0n)),
    mixed.topUp ?? 0n,
    mixed.deposit ?? 0n,
    mixed.income ?? 0n,
  ]);
  const fromDeposit = mixed.fromDeposit?.amount ?? 0n;
  const fromPrepaid = offset - fromDeposit;
  const number = await nextNumber(ctx, {
    communityId,
    communityCode: 'CH',
    kind: 'receipt',
    pattern: '{community}{yyyy}{mm}-{seq:6}',
    day: Temporal.PlainDate.from(day),
  });
  await ctx.tx.run(sql`
    insert into receipt (company_id, id, community_id, number, total_fen, payer_name, target_kind, target_id, received_on, received_at,
      cashier_staff_id, idempotency_key, request_hash)
    values (${ctx.companyId}, ${receiptId}, ${communityId}, ${number}, ${total.toString()}, '崔春涛', 'house', ${desk.houseId}, ${day},
      ${nowText(ctx)}, ${staffId}, ${`mixed-${receiptId}`}, ${Buffer.from('mixed')})`);
  const tenderOf = async (source: string, amount: bigint) => {
    if (amount <= 0n) return null;
    const id = ctx.newId();
    await ctx.tx.run(sql`
      insert into receipt_tender (company_id, id, community_id, receipt_id, payment_method_id, amount_fen)
      select ${ctx.companyId}, ${id}, ${communityId}, ${receiptId}, m.id, ${amount.toString()} from payment_method m
      where m.company_id = ${ctx.companyId} and m.key = ${source}`);
    return id;
  };
  await tenderOf('cash', total - offset);
  const prepaidTender = await tenderOf('prepaid', fromPrepaid);
  const depositTender = await tenderOf('deposit', fromDeposit);
  for (const one of bills)
    await ctx.tx.run(sql`
      insert into allocation (company_id, id, community_id, receipt_id, bill_id, principal_fen, late_fee_fen, offset_fen)
      values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${receiptId}, ${one.billId}, ${one.principal.toString()}, ${(one.lateFee ?? 0n).toString()},
        ${(one.offset ?? 0n).toString()})`);
  const discounts = bills
    .filter((one) => one.discount)
    .map((one) => ({
      billId: one.billId,
      communityId,
      kind: 'discount' as const,
      amountFen: fen(one.discount!),
      reason: '',
      reducedOn: day,
      receiptId,
    }));
  await writeReductions(ctx, discounts);
  await changeBillSums(ctx, [
    ...bills.map((one) => ({
      billId: one.billId,
      receivedFen: fen(one.principal),
      lateFeeReceivedFen: fen(one.lateFee ?? 0n),
    })),
    ...discounts.map(sumChangeOf),
  ]);
  const accountId = await openPrepaidAccount(ctx, {
    communityId,
    targetKind: 'house',
    targetId: desk.houseId,
    chargeItemId: null,
  });
  const document = { communityId, movedOn: day };
  await movePrepaid(ctx, document, [
    ...(mixed.topUp ? [{ accountId, kind: 'topUp' as const, amountFen: fen(mixed.topUp), receiptId }] : []),
    ...(mixed.bonus ? [{ accountId, kind: 'bonus' as const, amountFen: fen(mixed.bonus), receiptId }] : []),
    ...(fromPrepaid > 0n
      ? [
          {
            accountId,
            kind: 'offset' as const,
            amountFen: fen(-fromPrepaid),
            receiptId,
            receiptTenderId: prepaidTender,
          },
        ]
      : []),
  ]);
  const depositItem = await ctx.tx.first<{ id: string }>(
    sql`select id from charge_item where company_id = ${ctx.companyId} and kind = 'deposit' limit 1`,
  );
  const depositId = mixed.deposit ? ctx.newId() : null;
  if (depositId) {
    await ctx.tx.run(sql`
      insert into deposit (company_id, id, community_id, target_kind, target_id, charge_item_id, receipt_id, taken_on, taken_fen, created_at)
      values (${ctx.companyId}, ${depositId}, ${communityId}, 'house', ${desk.houseId}, ${depositItem!.id}, ${receiptId}, ${day},
        ${mixed.deposit!.toString()}, ${nowText(ctx)})`);
    await moveDeposits(ctx, document, [{ depositId, kind: 'take', amountFen: fen(mixed.deposit!), receiptId }]);
  }
  if (mixed.fromDeposit)
    await moveDeposits(ctx, document, [
      {
        depositId: mixed.fromDeposit.depositId,
        kind: 'offset',
        amountFen: fen(-fromDeposit),
        receiptId,
        receiptTenderId: depositTender,
      },
    ]);
  const otherIncomeId = mixed.income ? ctx.newId() : null;
  if (otherIncomeId)
    await ctx.tx.run(sql`
      insert into other_income (company_id, id, community_id, receipt_id, charge_item_id, description, amount_fen)
      values (${ctx.companyId}, ${otherIncomeId}, ${communityId}, ${receiptId}, ${desk.waterItemId}, '摊位', ${mixed.income!.toString()})`);
  return { receiptId, number, accountId, depositId, otherIncomeId };
}

/** An item deposits are taken for. */
export async function addDepositItem(ctx: Context): Promise<void> {
  await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, created_at, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, '装修押金', 'deposit', ${nowText(ctx)}, ${nowText(ctx)}) on conflict do nothing`);
}

/** What does not hold (CSH-13): broken checks of the books, and balances that are not the sum of their movements. */
export async function findBreaches(ctx: Context): Promise<{ key: string }[]> {
  const report = await verifyBooks(ctx);
  const balances = await ctx.tx.rows<{ what: string }>(sql`
    select 'prepaid ' || p.balance_fen || ' / ' || coalesce(m.sum, 0) || ', bonus ' || p.bonus_fen || ' / ' || coalesce(m.bonus, 0) as what
    from prepaid_account p left join (select prepaid_account_id, sum(amount_fen) as sum, sum(bonus_fen) as bonus from prepaid_movement
      where company_id = ${ctx.companyId} group by 1) m on m.prepaid_account_id = p.id
    where p.company_id = ${ctx.companyId} and (p.balance_fen, p.bonus_fen) <> (coalesce(m.sum, 0), coalesce(m.bonus, 0))
    union all
    select 'deposit ' || d.held_fen || ' / ' || coalesce(m.sum, 0) from deposit d left join (select deposit_id, sum(amount_fen) as sum from deposit_movement
      where company_id = ${ctx.companyId} group by 1) m on m.deposit_id = d.id
    where d.company_id = ${ctx.companyId} and d.held_fen <> coalesce(m.sum, 0)
    union all
    select 'journal ' || account || ' ' || sum(amount_fen) from journal_line where company_id = ${ctx.companyId} and account in ('prepaid', 'deposit')
    group by account having -sum(amount_fen) <> case account when 'prepaid' then (select coalesce(sum(balance_fen), 0) from prepaid_account where company_id = ${ctx.companyId})
      else (select coalesce(sum(held_fen), 0) from deposit where company_id = ${ctx.companyId}) end`);
  // The fixture's bills carry one calculation whatever their amount.
  return [...report.checks.filter((check) => check.wrong > 0 && check.key !== 'bill.calculation'), ...balances.map(({ what }) => ({ key: what }))];
}
