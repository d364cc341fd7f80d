import { type Books, closedUntil, outstandingOf } from './books.ts';
import { query, type World } from './world.ts';

/** Lines of text by what they are about: the product's and the model's are the same, or the difference is told. */
type Figures = Map<string, string>;

/** What the product has written, straight from its tables. */
export async function readProduct(world: World): Promise<Figures> {
  const figures: Figures = new Map();
  const add = async (text: string) => {
    const rows = await query<{ name: string; value: string }>(world, text, [world.site.communityId]);
    for (const { name, value } of rows) figures.set(name, value);
  };
  await add(`select 'bill ' || id as name, concat_ws(' ', receivable_fen, discount_fen, waived_fen, received_fen, refunded_fen, outstanding_fen,
      late_fee_received_fen, late_fee_waived_fen, case when voided_at is null then 'stands' else 'void' end) as value from bill where community_id = $1`);
  await add(`select 'receipt ' || number as name, concat_ws(' ', id, total_fen, received_on, case when reversed_at is null then 'valid' else 'undone' end) as value
    from receipt where community_id = $1`);
  await add(`select 'prepaid ' || target_id || ' ' || coalesce(charge_item_id::text, 'general') as name,
      balance_fen || ', given ' || bonus_fen as value from prepaid_account where community_id = $1 and balance_fen <> 0`);
  await add(`select 'deposit ' || holder_name as name, held_fen::text as value from deposit where community_id = $1`);
  await add(`select 'money ' || payment_method_id || ' ' || day as name, sum(amount_fen)::text as value from income_movement
    where community_id = $1 and source = 'money' group by payment_method_id, day having sum(amount_fen) <> 0`);
  await add(`select 'late fee ' || day as name, sum(late_fee_fen)::text as value from income_movement
    where community_id = $1 group by day having sum(late_fee_fen) <> 0`);
  await add(`select 'journal ' || account as name, sum(amount_fen)::text as value from journal_line where community_id = $1
    group by account having sum(amount_fen) <> 0`);
  await add(
    `select 'trial balance' as name, coalesce(sum(amount_fen), 0)::text as value from journal_line where community_id = $1`,
  );
  await add(
    `select 'closed until' as name, coalesce(closed_until::text, '') as value from community_book where community_id = $1`,
  );
  await add(
    `select 'refunds' as name, coalesce(string_agg(number, ' ' order by number), '') as value from refund where community_id = $1`,
  );
  await add(
    `select 'invoiced ' || number as name, invoiced_fen::text as value from receipt where community_id = $1 and invoiced_fen <> 0`,
  );
  await add(`select 'receipts' as name, count(*)::text as value from receipt where community_id = $1`);
  return figures;
}

/** The same of the model. */
function figuresOf(books: Books): Figures {
  const figures: Figures = new Map();
  const sumOf = <Row>(rows: readonly Row[], read: (row: Row) => bigint) =>
    rows.reduce((sum, row) => sum + read(row), 0n);
  const addUnlessZero = (name: string, fen: bigint) => fen !== 0n && figures.set(name, fen.toString());
  const [bills, receipts] = [books.bills.rows(), books.receipts.rows()];
  for (const bill of bills) {
    const sums = [bill.receivableFen, bill.discountFen, bill.waivedFen, bill.receivedFen, bill.refundedFen];
    const state = bill.voidedBy === null ? 'stands' : 'void';
    figures.set(
      `bill ${bill.id}`,
      [...sums, outstandingOf(bill), bill.lateFeeReceivedFen, bill.lateFeeWaivedFen, state].join(' '),
    );
  }
  for (const { number, id, day, tenders, state } of receipts) {
    const total = sumOf(tenders, (one) => one.fen);
    figures.set(`receipt ${number}`, [id, total, day, state === 'valid' ? 'valid' : 'undone'].join(' '));
  }
  for (const { key, fen, bonusFen } of books.accounts.rows())
    if (fen !== 0n) figures.set(`prepaid ${key}`, `${fen}, given ${bonusFen}`);
  for (const { holder, heldFen } of books.deposits.rows()) figures.set(`deposit ${holder}`, heldFen.toString());
  for (const { id, number } of receipts) {
    const held = books.invoices.rows().filter((one) => one.receiptId === id && one.isHeld);
    addUnlessZero(
      `invoiced ${number}`,
      sumOf(held, (one) => one.fen),
    );
  }
  for (const { key, fen } of books.dayMoney.rows()) addUnlessZero(`money ${key}`, fen);
  for (const { day, fen } of books.dayLateFee.rows()) addUnlessZero(`late fee ${day}`, fen);
  for (const [account, fen] of Object.entries(journalOf(books))) addUnlessZero(`journal ${account}`, fen);
  figures.set('trial balance', '0');
  figures.set('closed until', closedUntil(books));
  const refunds = books.counts.get('refund')?.last ?? 0;
  const numbers = Array.from({ length: refunds }, (_, place) => `T-${String(place + 1).padStart(6, '0')}`);
  figures.set('refunds', numbers.join(' '));
  figures.set('receipts', receipts.length.toString());
  return figures;
}

/** What every account of the double entry must stand at; debit positive. */
function journalOf(books: Books): Record<string, bigint> {
  const sumOf = <Row>(rows: readonly Row[], read: (row: Row) => bigint) =>
    rows.reduce((sum, row) => sum + read(row), 0n);
  const [bills, deposits] = [books.bills.rows(), books.deposits.rows()];
  const receipts = books.receipts.rows().filter((one) => one.state === 'valid');
  return {
    receivable: sumOf(bills, outstandingOf),
    income: -sumOf(bills, (bill) => (bill.voidedBy === null ? bill.receivableFen : 0n)),
    discount: sumOf(bills, (bill) => bill.discountFen),
    waiver: sumOf(bills, (bill) => bill.waivedFen),
    lateFeeIncome: -sumOf(bills, (bill) => bill.lateFeeReceivedFen),
    otherIncome: -sumOf(receipts, (one) => one.income?.fen ?? 0n),
    forfeitIncome: -sumOf(deposits, (one) => one.forfeitedFen),
    prepaidBonus: sumOf(receipts, (one) => one.topUp?.bonusFen ?? 0n),
    prepaid: -sumOf(books.accounts.rows(), (one) => one.fen),
    deposit: -sumOf(deposits, (one) => one.heldFen),
    money: sumOf(books.dayMoney.rows(), (one) => one.fen),
  };
}

/** Where the two do not agree; null when they do, to the fen. */
export function differenceOf(books: Books, product: Figures): string | null {
  const model = figuresOf(books);
  const names = [...new Set([...model.keys(), ...product.keys()])];
  const wrong = names.filter((name) => model.get(name) !== product.get(name));
  if (wrong.length === 0) return null;
  const lines = wrong
    .slice(0, 8)
    .map((name) => `${name}: the model has ${model.get(name) ?? 'none'}, the product ${product.get(name) ?? 'none'}`);
  return `${wrong.length} differences; ${lines.join('; ')}`;
}
