import type { Context } from '../../src/platform/context.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { addRow, type MarkedPlace, type Values } from './marked-row.ts';

/** What money did besides paying bills: one row of every such document, on the first receipt of the company. */
export async function fillMoney(ctx: Context, at: MarkedPlace): Promise<void> {
  const add = (table: string, given: Values) =>
    addRow(ctx, table, at.mark, { community_id: at.communityId, staff_id: at.staffId, ...given });
  const ids = await ctx.tx.first<{
    receipt: string;
    reversed: string;
    reversal: string;
    method: string;
    item: string;
    bill_void: string;
  }>(sql`
    select (select id from receipt where company_id = ${ctx.companyId} and reversed_at is null limit 1) as receipt,
      (select receipt_id from receipt_reversal where company_id = ${ctx.companyId} limit 1) as reversed,
      (select id from receipt_reversal where company_id = ${ctx.companyId} limit 1) as reversal,
      (select payment_method_id from receipt_tender where company_id = ${ctx.companyId} limit 1) as method,
      (select id from charge_item where company_id = ${ctx.companyId} limit 1) as item,
      (select id from bill_void where company_id = ${ctx.companyId} limit 1) as bill_void`);
  const { receipt, reversed, reversal, method, item, bill_void } = ids!;
  const target = { target_kind: 'house', target_id: at.houseId };
  const [, , unpaid, voided] = at.billIds;
  await add('receipt_restoration', { receipt_id: reversed, receipt_reversal_id: reversal });
  await add('bill_reduction', { bill_id: unpaid, kind: 'lateFeeWaiver', reason: at.mark });
  await ctx.tx.run(
    sql`update bill set late_fee_waived_fen = late_fee_waived_fen + 1 where company_id = ${ctx.companyId} and id = ${unpaid}`,
  );
  await add('bill_restoration', { bill_id: voided, bill_void_id: bill_void });
  await add('bill_edit', { bill_id: unpaid, delta_fen: 0 });
  await addRow(ctx, 'prepaid_package', at.companyMark, { price_fen: 100, credit_fen: 110, note: at.companyMark });
  await addRow(ctx, 'automatic_offset', at.mark, { community_id: at.communityId, swept_on: '2026-03-09' });
  const accountId = await add('prepaid_account', target);
  await add('prepaid_movement', { prepaid_account_id: accountId, kind: 'depositIn' });
  const depositId = await add('deposit', {
    ...target,
    charge_item_id: item,
    receipt_id: receipt,
    taken_fen: 100,
    holder_name: at.mark,
  });
  await add('deposit_movement', { deposit_id: depositId, kind: 'toPrepaid', amount_fen: -1, reason: at.mark });
  await add('deposit_transfer', {
    deposit_id: depositId,
    to_target_kind: 'house',
    to_target_id: at.houseId,
    amount_fen: 1,
    reason: at.mark,
  });
  const refundId = await add('refund', {
    ...target,
    receipt_id: receipt,
    total_fen: 100,
    payee_name: at.mark,
    state: 'done',
  });
  const tenderId = await add('refund_tender', {
    refund_id: refundId,
    payment_method_id: method,
    amount_fen: 100,
    reference: at.mark,
  });
  await add('refund_amendment', {
    refund_id: refundId,
    refund_tender_id: tenderId,
    from_method_id: method,
    to_method_id: await addRow(ctx, 'payment_method', `${at.companyMark}-2`, { is_enabled: true }),
    reason: at.mark,
  });
  await add('offer', {
    name: '缴一年送一个月',
    note: '',
    terms: JSON.stringify({ kind: 'payMonthsGetFree', months: 12, freeMonths: 1 }),
  });
  await add('other_income', {
    receipt_id: receipt,
    refund_id: refundId,
    charge_item_id: item,
    amount_fen: -100,
    description: at.mark,
  });
  const sellerId = await add('invoice_seller', { name: at.mark, host: 'invoice.example.com', provider: 'gateway' });
  await add('invoice_title', { name: at.mark, kind: 'person', house_id: at.houseId });
  const invoiceId = await add('invoice', {
    ...target,
    seller_id: sellerId,
    direction: 'blue',
    kind: 'normal',
    state: 'failed',
    source: 'staff',
    buyer_kind: 'person',
    buyer_name: at.mark,
    gross_fen: 100,
    tax_fen: 6,
    failure: at.mark,
    request_number: `${at.mark}-1`,
    idempotency_key: `invoice-${at.mark}`,
  });
  await add('invoice_line', {
    invoice_id: invoiceId,
    charge_item_id: item,
    item_name: at.mark,
    gross_fen: 100,
    tax_fen: 6,
  });
  await add('invoice_part', { invoice_id: invoiceId, receipt_id: receipt, charge_item_id: item, gross_fen: 100 });
  await add('invoice_exchange', { invoice_id: invoiceId, kind: 'submit', outcome: 'refused', answer: at.mark });
  await fillPayments(ctx, at, { refundId, billId: unpaid! });
  const fundAccountId = await add('fund_account', { house_id: at.houseId });
  await add('fund_project', { name: at.mark, budget_fen: 1, state: 'planned', contractor: at.mark });
  const paidInId = await add('fund_document', {
    kind: 'deposit',
    total_fen: 100,
    account_count: 1,
    idempotency_key: `fund-${at.mark}`,
    note: at.mark,
  });
  await add('fund_movement', { fund_account_id: fundAccountId, fund_document_id: paidInId, amount_fen: 100 });
  await add('fund_publication', { content: JSON.stringify({ ...noFund, communityName: at.mark }) });
  await add('receipt_amendment', { receipt_id: receipt, kind: 'note' });
  await add('recycle_purge', { kind: 'bill', document_id: bill_void });
  await fillDunning(ctx, at);
  const shiftId = await addRow(ctx, 'shift', at.mark, {
    community_id: at.communityId,
    staff_id: at.staffId,
    closed_by: at.staffId,
    until_at: '2036-03-10T02:00:00Z',
    bank_slip: at.mark,
    reason: at.mark,
    note: at.mark,
  });
  await addRow(ctx, 'shift_method', at.mark, {
    community_id: at.communityId,
    shift_id: shiftId,
    payment_method_id: method,
  });
  await add('book_closing', {
    kind: 'day',
    last_day: '2020-01-01',
    reopened_at: '2026-03-10T02:00:00Z',
    reopened_by: at.staffId,
    reopen_reason: at.mark,
    figures: JSON.stringify(noFigures),
  });
  await fillLinks(ctx, at);
  await fillVouchers(ctx, at, item);
}

/** What came through a channel, and goes back through it. */
async function fillPayments(ctx: Context, at: MarkedPlace, of: { refundId: string; billId: string }): Promise<void> {
  const add = (table: string, given: Values) => addRow(ctx, table, at.mark, { community_id: at.communityId, ...given });
  const channelId = await add('payment_channel', {
    name: at.mark,
    kind: 'wechat',
    applications: ['parking'],
    merchant_id: '1900000001',
  });
  const orderId = await add('payment_order', {
    channel_id: channelId,
    channel_kind: 'wechat',
    application: 'fees',
    way: 'native',
    order_no: at.communityId.replaceAll('-', ''),
    state: 'closed',
    target_kind: 'house',
    target_id: at.houseId,
    amount_fen: 100,
    description: at.mark,
    payer_name: at.mark,
    idempotency_key: `payment-${at.mark}`,
  });
  await add('payment_order_bill', { order_id: orderId, bill_id: of.billId, principal_fen: 100, late_fee_fen: 0 });
  await add('payment_sequel', {
    order_id: orderId,
    kind: 'advance',
    month_to: '2026-05',
    amount_fen: 100,
    note: at.mark,
  });
  await add('payment_order_event', { channel_id: channelId, order_id: orderId, kind: 'query', outcome: 'closed' });
  const channelRefundId = await add('channel_refund', {
    order_id: orderId,
    refund_id: of.refundId,
    refund_no: at.houseId.replaceAll('-', ''),
    amount_fen: 100,
    reason: at.mark,
    state: 'failed',
    failure: at.mark,
  });
  await fillAgreement(ctx, at, { channelId, orderId });
  await add('channel_refund_attempt', { channel_refund_id: channelRefundId, refund_no: at.mark, failure: at.mark });
  const reconciliationId = await add('reconciliation', {
    channel_id: channelId,
    channel_kind: 'wechat',
    merchant_id: at.mark,
    state: 'failed',
    problem: at.mark,
  });
  await add('reconciliation_line', {
    reconciliation_id: reconciliationId,
    channel_id: channelId,
    kind: 'payment',
    outcome: 'oursOnly',
    order_id: orderId,
    our_at: '2026-03-10T02:00:00Z',
    our_fen: 100,
  });
  await fillCollection(ctx, at, channelId);
  await fillSettlement(ctx, at, reconciliationId);
}

/** What the channel kept of a day. */
async function fillSettlement(ctx: Context, at: MarkedPlace, reconciliationId: string): Promise<void> {
  await ctx.tx.run(
    sql`insert into channel_settlement_setting (company_id) values (${ctx.companyId}) on conflict do nothing`,
  );
  const method = await ctx.tx.first<{ id: string }>(
    sql`select id from payment_method where company_id = ${ctx.companyId} order by id limit 1`,
  );
  await addRow(ctx, 'channel_settlement', at.mark, {
    community_id: at.communityId,
    reconciliation_id: reconciliationId,
    payment_method_id: method!.id,
    booked_on: '2026-03-10',
    fee_fen: 60,
    payout_fen: 0,
  });
}

/** A code on the house's door, and money by it that could not be booked. */
async function fillCollection(ctx: Context, at: MarkedPlace, channelId: string): Promise<void> {
  const add = (table: string, given: Values) => addRow(ctx, table, at.mark, { community_id: at.communityId, ...given });
  await add('collection_setting', { takes_amounts: true, remark_hint: at.mark, slogan: at.mark });
  const place = { target_kind: 'house', target_id: at.houseId };
  const codeId = await add('collection_code', { ...place, name: at.mark, purpose: 'prepaid' });
  await add('payment_order', {
    ...place,
    collection_code_id: codeId,
    remark: at.mark,
    channel_id: channelId,
    channel_kind: 'wechat',
    application: 'fees',
    way: 'native',
    order_no: `c${at.communityId.replaceAll('-', '').slice(1)}`,
    state: 'paid',
    transaction_id: `collect-${at.mark}`,
    paid_at: '2026-03-10T02:00:00Z',
    exception: 'unbooked',
    amount_fen: 100,
    description: at.mark,
    payer_name: at.mark,
    idempotency_key: `collect-${at.mark}`,
  });
}

/** An agreement in force, and what was not taken by it. */
async function fillAgreement(ctx: Context, at: MarkedPlace, of: { channelId: string; orderId: string }): Promise<void> {
  const add = (table: string, given: Values) => addRow(ctx, table, at.mark, { community_id: at.communityId, ...given });
  const resident = await ctx.tx.first<{ id: string }>(sql`select resident_id as id from occupancy
    where company_id = ${ctx.companyId} and house_id = ${at.houseId} order by id limit 1`);
  const agreement_id = await add('payment_agreement', {
    channel_id: of.channelId,
    channel_kind: 'wechat',
    code: at.houseId.replaceAll('-', ''),
    channel_no: at.mark,
    state: 'active',
    resident_id: resident!.id,
    target_kind: 'house',
    target_id: at.houseId,
    limit_fen: 100,
    signed_at: '2026-03-10T02:00:00Z',
    reason: at.mark,
  });
  await add('deduction_plan', { day_of_month: 10, at_hour: 9, notice_hours: 48, retry_days: [1, 3, 7] });
  const deduction_id = await add('deduction', {
    agreement_id,
    state: 'failed',
    amount_fen: 100,
    failure: 'other',
    reason: at.mark,
    ended_at: '2026-03-10T02:00:00Z',
  });
  await add('deduction_try', {
    deduction_id,
    order_id: of.orderId,
    outcome: 'failed',
    failure: 'other',
    reason: at.mark,
  });
}

/** A plan that is off, one message that was sent, what was printed and what was said. */
async function fillDunning(ctx: Context, at: MarkedPlace): Promise<void> {
  const add = (table: string, given: Values) =>
    addRow(ctx, table, at.mark, { community_id: at.communityId, target_id: at.houseId, ...given });
  await add('dunning_print', { staff_id: at.staffId });
  await addRow(ctx, 'dunning_setting', at.companyMark, { site_url: 'https://wy.example.com', version: 1 });
  await addRow(ctx, 'sms_package', at.companyMark, { pieces: 100, created_by: at.staffId });
  await addRow(ctx, 'sms_usage', at.companyMark, {});
  const plan_id = await addRow(ctx, 'dunning_plan', at.mark, {
    community_id: at.communityId,
    moment: 'onDue',
    channels: ['sms'],
  });
  const run_id = await addRow(ctx, 'dunning_run', at.mark, {
    community_id: at.communityId,
    plan_id,
    chosen_by: 'plan',
  });
  const notice_id = await add('dunning_notice', {
    run_id,
    target_kind: 'house',
    channel: 'sms',
    state: 'held',
    reason: 'limited',
    bill_ids: [at.billIds[2]],
    fail_reason: at.mark,
  });
  await add('dunning_last', { channel: 'sms', notice_id });
  await add('dunning_call', { outcome: 'other', note: at.mark, staff_id: at.staffId });
  await add('dunning_letter', { level: 1, staff_id: at.staffId });
}

/** A plan of collection, and what was given to people who sign in nowhere. */
async function fillLinks(
  ctx: Context,
  at: { communityId: string; houseId: string; mark: string; staffId: string },
): Promise<void> {
  const add = (table: string, given: Values) => addRow(ctx, table, at.mark, { community_id: at.communityId, ...given });
  const resident = await ctx.tx.first<{ id: string }>(
    sql`select id from resident where company_id = ${ctx.companyId} order by id limit 1`,
  );
  await add('collection_plan', { year: 2026, month_fen: `{${Array(12).fill(100).join()}}` });
  await add('wall_link', { created_by: at.staffId });
  await add('statement_link', {
    resident_id: resident!.id,
    owner_ids: `{${resident!.id}}`,
    house_ids: `{${at.houseId}}`,
    created_by: at.staffId,
  });
}

/** One voucher with a line and a part, and how accounts and community are called in the books. */
async function fillVouchers(
  ctx: Context,
  at: { communityId: string; mark: string; companyMark: string; staffId: string },
  itemId: string,
): Promise<void> {
  const add = (table: string, given: Values) => addRow(ctx, table, at.mark, { community_id: at.communityId, ...given });
  const days = { first_day: '2020-01-01', last_day: '2020-01-01' };
  const batchId = await add('voucher_batch', { ...days, staff_id: at.staffId, grouping: 'day' });
  const voucherId = await add('voucher', {
    ...days,
    voucher_batch_id: batchId,
    kind: 'accrual',
    month: '2020-01-01',
    day: '2020-01-01',
  });
  await add('voucher_line', { voucher_id: voucherId, account: 'income', side: 'debit' });
  await add('voucher_part', { voucher_id: voucherId, account: 'income', charge_item_id: itemId });
  await add('voucher_dimension', { project_name: at.mark });
  await addRow(ctx, 'voucher_counter', at.companyMark, { month: '2020-01-01', last_number: 1 });
  await addRow(ctx, 'account_mapping', at.companyMark, {
    account: 'income',
    code: '6001',
    name: at.companyMark,
  });
}

/** A publication of a fund in which nothing happened. */
const noFund = { companyName: '', asOf: '2026-03-01', accountCount: 0, balance: '0.00', years: [], projects: [] };

/** The figures of a day on which nothing happened. */
const noFigures = {
  accounts: {},
  balances: {},
  methods: {},
  receipts: 0,
  raised: '0',
  income: '0',
  refunded: '0',
  reversed: '0',
  principal: '0',
  lateFee: '0',
  prepaid: '0',
  deposit: '0',
  other: '0',
  prepaidUsed: '0',
  depositUsed: '0',
  discount: '0',
  waiver: '0',
  lateFeeWaiver: '0',
  prepaidBonus: '0',
};
