import type { EndpointArguments, takePayment } from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { TestCompany } from '../../../test/test-app.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { addDefaultPaymentMethods } from './payment-method.ts';
import { insertReceipt } from './write-receipt.ts';

/** A house of 98.50 ㎡, its owner and the items of the worked examples, ready for bills. */
export interface DeskFixture {
  company: TestCompany;
  houseId: string;
  feeItemId: string;
  waterItemId: string;
  depositItemId: string;
  methods: { cash: string; wechat: string; cheque: string; prepaid: string; deposit: string };
  /** Adds a bill and returns its id; amounts in yuan. */
  bill(bill: BillFixture): Promise<string>;
  /** Adds a house of the same community and returns its id. */
  house(number: string, communityId?: string): Promise<string>;
  /** Pays a part of a bill's principal on a day of one's choice, and returns the receipt's id. */
  payInPart(part: PartPayment): Promise<string>;
}

export interface PartPayment {
  billId: string;
  amountFen: bigint;
  receivedOn: string;
  cashierStaffId: string;
}

export interface BillFixture {
  amountFen: bigint;
  month: string;
  dueOn?: string;
  itemId?: string;
  targetId?: string;
  communityId?: string;
}

export async function makeDesk(company: TestCompany): Promise<DeskFixture> {
  const { communityId } = company;
  const house: DeskFixture['house'] = (number, community = communityId) =>
    company.run((ctx) => addHouse(ctx, community, number));
  const houseId = await house('1-101');
  await company.run((ctx) => addOwner(ctx, communityId, houseId));
  const feeItemId = await company.run((ctx) => addItem(ctx, '物业管理费', '0.0005', 15));
  const waterItemId = await company.run((ctx) => addItem(ctx, '水费', null, 0));
  const depositItemId = await company.run((ctx) => addItem(ctx, '装修押金', null, 0, 'deposit'));
  const methods = await company.run(async (ctx) => {
    await addDefaultPaymentMethods(ctx);
    const rows = await ctx.tx.rows<{ id: string; key: string }>(
      sql`select id, key from payment_method where company_id = ${ctx.companyId}`,
    );
    const idOf = (key: string) => rows.find((row) => row.key === key)!.id;
    return {
      cash: idOf('cash'),
      wechat: idOf('wechat'),
      cheque: idOf('cheque'),
      prepaid: idOf('prepaid'),
      deposit: idOf('deposit'),
    };
  });
  return {
    company,
    houseId,
    feeItemId,
    waterItemId,
    depositItemId,
    methods,
    house,
    payInPart: (part) =>
      company.run((ctx) => writePartPayment(ctx, { communityId, houseId, methodId: methods.wechat }, part)),
    bill: (bill) =>
      company.run((ctx) =>
        addBill(ctx, { communityId, targetId: houseId, itemId: feeItemId, dueOn: `${bill.month}-28`, ...bill }),
      ),
  };
}

async function addHouse(ctx: Context, communityId: string, number: string): Promise<string> {
  const id = ctx.newId();
  const buildingId = ctx.newId();
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into building (company_id, id, community_id, name, created_at, updated_at)
    values (${ctx.companyId}, ${buildingId}, ${communityId}, ${`${number}栋`}, ${now}, ${now})`);
  await ctx.tx.run(sql`insert into house (company_id, id, community_id, building_id, number, full_name, search_key, usage, built_area, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${buildingId}, ${number}, ${number}, ${number}, 'residential', 98.50, ${now}, ${now})`);
  return id;
}

async function addOwner(ctx: Context, communityId: string, houseId: string): Promise<void> {
  const residentId = ctx.newId();
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into resident (company_id, id, name, pinyin, pinyin_initials, phone, created_at, updated_at)
    values (${ctx.companyId}, ${residentId}, '崔春涛', 'cuichuntao', 'cct', '13812345678', ${now}, ${now})`);
  await addOccupancy(ctx, communityId, houseId, residentId);
}

/** Makes a resident the owner of a house. */
export async function addOccupancy(
  ctx: Context,
  communityId: string,
  houseId: string,
  residentId: string,
): Promise<void> {
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into occupancy (company_id, id, community_id, house_id, resident_id, role, moved_in_on, created_at, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${houseId}, ${residentId}, 'owner', '2020-01-01', ${now}, ${now})`);
}

async function addItem(
  ctx: Context,
  name: string,
  ratePerDay: string | null,
  graceDays: number,
  kind = 'periodic',
): Promise<string> {
  const id = ctx.newId();
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, late_fee_rate_per_day, late_fee_grace_days, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${name}, ${kind}, ${ratePerDay}, ${graceDays}, ${now}, ${now})`);
  return id;
}

async function addBill(ctx: Context, bill: Required<Omit<BillFixture, 'month'>> & { month: string }): Promise<string> {
  const id = ctx.newId();
  const from = Temporal.PlainYearMonth.from(bill.month).toPlainDate({ day: 1 });
  const amount = formatYuan(fen(bill.amountFen));
  const calculation =
    amount === '275.80' ? { q: '98.50', u: '㎡', p: '2.80', m: '1', a: amount } : { k: 'f', a: amount };
  await ctx.tx.run(sql`insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on,
      receivable_fen, raised_how, raised_at, calculation)
    values (${ctx.companyId}, ${id}, ${bill.communityId}, ${bill.itemId}, 'house', ${bill.targetId}, ${from.toString()},
      ${from.add({ months: 1 }).toString()}, ${bill.dueOn}, ${bill.amountFen.toString()}, 'auto', ${nowText(ctx)}, ${JSON.stringify(calculation)})`);
  return id;
}

async function writePartPayment(
  ctx: Context,
  at: { communityId: string; houseId: string; methodId: string },
  part: PartPayment,
): Promise<string> {
  const id = ctx.newId();
  const paidFen = fen(part.amountFen);
  await insertReceipt(
    ctx,
    {
      id,
      communityId: at.communityId,
      number: `PART-${id}`,
      totalFen: paidFen,
      cashTenderedFen: fen(0),
      changeFen: fen(0),
      payerName: '',
      targetKind: 'house',
      targetId: at.houseId,
      receivedOn: part.receivedOn,
      cashierStaffId: part.cashierStaffId,
      note: '',
      idempotencyKey: `part-${id}`,
      requestHash: Buffer.from('part'),
      tenders: [{ paymentMethodId: at.methodId, amountFen: paidFen, reference: '' }],
      parts: [{ billId: part.billId, principalFen: paidFen, lateFeeFen: fen(0) }],
    },
    { event: sql`select 1`, audit: sql`select 2` },
  );
  return id;
}

export type PaymentBody = EndpointArguments<typeof takePayment>['body'];
let keys = 0;

/** What the desk sends for these bills, all in one tender without change; `over` replaces parts of it. */
export function paymentFor(
  desk: DeskFixture,
  bills: readonly { id: string; toPay: string }[],
  over: Partial<PaymentBody> = {},
): PaymentBody {
  keys += 1;
  const fen = bills.reduce((sum, bill) => sum + BigInt(bill.toPay.replace('.', '')), 0n);
  const total = `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`;
  return {
    communityId: desk.company.communityId,
    targetKind: 'house',
    targetId: desk.houseId,
    bills: bills.map((bill) => ({ id: bill.id, expected: bill.toPay })),
    expectedTotal: total,
    tenders: [{ paymentMethodId: desk.methods.cash, amount: total }],
    receivedOn: '2026-03-10',
    payerName: '崔春涛',
    idempotencyKey: `attempt-${String(keys).padStart(8, '0')}`,
    ...over,
  };
}

/** What must hold after anything that happened (CSH-13): the number of breaches of each rule, all 0. */
export async function countBreaches(ctx: Context): Promise<Record<string, number>> {
  const row = await ctx.tx.first<Record<string, number>>(sql`
    select
      (select count(*)::int from receipt r where r.total_fen <> (select coalesce(sum(fen), 0) from (
          select principal_fen + late_fee_fen as fen from allocation a where a.company_id = r.company_id and a.receipt_id = r.id and a.kind = 'receipt'
          union all select amount_fen from prepaid_movement p where p.company_id = r.company_id and p.receipt_id = r.id and p.kind = 'topUp'
          union all select amount_fen from deposit_movement d where d.company_id = r.company_id and d.receipt_id = r.id and d.kind = 'take'
          union all select amount_fen from other_income o where o.company_id = r.company_id and o.receipt_id = r.id
            and num_nonnulls(o.receipt_reversal_id, o.receipt_restoration_id, o.refund_id) = 0) line)) as "receipt is not its lines",
      (select count(*)::int from receipt r where r.total_fen <> (select coalesce(sum(amount_fen), 0) from receipt_tender t
        where t.company_id = r.company_id and t.receipt_id = r.id)) as "receipt is not its tenders",
      (select count(*)::int from receipt r where (select coalesce(sum(offset_fen), 0) from allocation a where a.company_id = r.company_id
          and a.receipt_id = r.id and a.kind = 'receipt') <> (select coalesce(sum(t.amount_fen), 0) from receipt_tender t
          join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
          where t.company_id = r.company_id and t.receipt_id = r.id and m.source <> 'money')) as "offset is not its tenders",
      (select count(*)::int from bill b left join lateral (select coalesce(sum(principal_fen) filter (where kind <> 'refund'), 0) as principal_fen,
          coalesce(sum(late_fee_fen), 0) as late_fee_fen, -coalesce(sum(principal_fen) filter (where kind = 'refund'), 0) as refunded_fen
          from allocation a where a.company_id = b.company_id and a.bill_id = b.id) a on true
        where b.received_fen <> a.principal_fen or b.late_fee_received_fen <> a.late_fee_fen or b.refunded_fen <> a.refunded_fen) as "bill is not its allocations",
      (select count(*)::int from bill b left join lateral (select coalesce(sum(amount_fen) filter (where kind = 'discount'), 0) as discount,
          coalesce(sum(amount_fen) filter (where kind = 'waiver'), 0) as waiver, coalesce(sum(amount_fen) filter (where kind = 'lateFeeWaiver'), 0) as late_fee
          from bill_reduction d where d.company_id = b.company_id and d.bill_id = b.id) d on true
        where (b.discount_fen, b.waived_fen, b.late_fee_waived_fen) <> (d.discount, d.waiver, d.late_fee)) as "bill is not its reductions",
      (select count(*)::int from prepaid_account p where (p.balance_fen, p.movement_count) <> (select coalesce(sum(amount_fen), 0), count(*)
          from prepaid_movement m where m.company_id = p.company_id and m.prepaid_account_id = p.id)) as "prepaid is not its movements",
      (select count(*)::int from (select m.balance_fen, sum(m.amount_fen) over (partition by m.company_id, m.prepaid_account_id order by m.sequence) as run
          from prepaid_movement m) m where m.balance_fen <> m.run) as "prepaid balance does not run",
      (select count(*)::int from deposit d where d.held_fen <> (select coalesce(sum(amount_fen), 0)
          from deposit_movement m where m.company_id = d.company_id and m.deposit_id = d.id)) as "deposit is not its movements",
      (select count(*)::int from (select document_id from journal_line group by document_id having sum(amount_fen) <> 0) x) as "document does not balance",
      (select count(*)::int from (select n.last_value, (select count(*) from receipt r where r.company_id = n.company_id
          and r.community_id = n.community_id and r.number like replace(n.scope, '{seq:6}', '%')) as used from number_counter n where n.kind = 'receipt') y
        where y.last_value <> y.used) as "numbers have a gap",
      (select count(*)::int from receipt r where (r.reversed_at is not null) <> exists (select from receipt_reversal v
        where v.company_id = r.company_id and v.receipt_id = r.id and not exists (select from receipt_restoration x
          where x.company_id = v.company_id and x.receipt_reversal_id = v.id))) as "reversal without its document"`);
  return row!;
}

export const noBreaches = {
  'receipt is not its lines': 0,
  'receipt is not its tenders': 0,
  'offset is not its tenders': 0,
  'bill is not its allocations': 0,
  'bill is not its reductions': 0,
  'prepaid is not its movements': 0,
  'prepaid balance does not run': 0,
  'deposit is not its movements': 0,
  'document does not balance': 0,
  'numbers have a gap': 0,
  'reversal without its document': 0,
};
