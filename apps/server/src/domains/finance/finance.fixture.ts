import type { TargetKind } from '@anlin/contract';
import { getDeskAccount, takePayment } from '@anlin/contract';
import { fen, formatYuan, parseYuan } from '@anlin/money';
import type { TestCompany, TestPerson } from '../../../test/test-app.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { addDefaultPaymentMethods, listPaymentMethods } from '../cashier/index.ts';

/** Two communities with two buildings of houses each, a parking space, two items, two methods: the stage of the histories. */
export interface Books {
  company: TestCompany;
  targets: readonly BookTarget[];
  items: readonly string[];
  methods: readonly string[];
}

export interface BookTarget {
  id: string;
  kind: TargetKind;
  communityId: string;
  buildingId: string | null;
  name: string;
}

export async function makeBooks(company: TestCompany): Promise<Books> {
  return company.run(async (ctx) => {
    const targets: BookTarget[] = [];
    for (const communityId of [company.communityId, company.otherCommunityId]) {
      for (const building of ['1栋', '2栋']) {
        const buildingId = await addBuilding(ctx, communityId, building);
        for (const number of ['101', '102']) {
          const name = `${building}-${number}`;
          targets.push({
            id: await addHouse(ctx, communityId, buildingId, name),
            kind: 'house',
            communityId,
            buildingId,
            name,
          });
        }
      }
      const id = await addParkingSpace(ctx, communityId, 'B1-001');
      targets.push({ id, kind: 'parkingSpace', communityId, buildingId: null, name: 'B1-001' });
    }
    await addDefaultPaymentMethods(ctx);
    const methods = (await listPaymentMethods(ctx)).filter(({ key }) => key === 'cash' || key === 'wechat');
    return {
      company,
      targets,
      items: [await addItem(ctx, '物业管理费', '0.001'), await addItem(ctx, '水费', null)],
      methods: methods.map(({ id }) => id),
    };
  });
}

async function addBuilding(ctx: Context, communityId: string, name: string): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into building (company_id, id, community_id, name, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${name}, ${nowText(ctx)}, ${nowText(ctx)})`);
  return id;
}

async function addHouse(ctx: Context, communityId: string, buildingId: string, name: string): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into house (company_id, id, community_id, building_id, number, full_name, search_key, usage, built_area, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${buildingId}, ${name}, ${name}, ${name}, 'residential', 98.50, ${nowText(ctx)}, ${nowText(ctx)})`);
  return id;
}

async function addParkingSpace(ctx: Context, communityId: string, number: string): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into parking_space (company_id, id, community_id, number, type, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${number}, 'property', ${nowText(ctx)}, ${nowText(ctx)})`);
  return id;
}

async function addItem(ctx: Context, name: string, ratePerDay: string | null): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, late_fee_rate_per_day, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${name}, 'periodic', ${ratePerDay}, ${nowText(ctx)}, ${nowText(ctx)})`);
  return id;
}

export interface NewBill {
  target: BookTarget;
  itemId: string;
  month: string;
  amountFen: bigint;
}

/** A bill as charging writes it, due at the end of its month's 28th day. */
export function addBill(books: Books, { target, itemId, month, amountFen }: NewBill): Promise<string> {
  return books.company.run(async (ctx) => {
    const id = ctx.newId();
    const from = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
    await ctx.tx.run(sql`insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to,
        due_on, receivable_fen, raised_how, raised_at, calculation)
      values (${ctx.companyId}, ${id}, ${target.communityId}, ${itemId}, ${target.kind}, ${target.id}, ${from.toString()},
        ${from.add({ months: 1 }).toString()}, ${`${month}-28`}, ${amountFen.toString()}, 'manual', ${nowText(ctx)},
        ${JSON.stringify({ k: 'f', a: formatYuan(fen(amountFen)) })})`);
    return id;
  });
}

let keys = 0;

export interface Payment {
  receiptId: string;
  parts: { billId: string; principalFen: bigint; lateFeeFen: bigint }[];
  tenders: { methodId: string; amountFen: bigint }[];
}

/**
 * Pays everything, or the first `count`, that the desk shows for a target, as a cashier does; with `splitFen` that much by
 * the second method. Null when there is nothing to pay.
 */
export async function payAtDesk(
  books: Books,
  cashier: TestPerson,
  input: { target: BookTarget; count: number; day: string; splitFen: bigint },
): Promise<Payment | null> {
  const { target } = input;
  const account = await cashier.call(getDeskAccount, { query: { targetKind: target.kind, targetId: target.id } });
  const bills = account.bills.filter((bill) => bill.targetId === target.id).slice(0, input.count);
  if (bills.length === 0) return null;
  const totalFen = bills.reduce((sum, bill) => sum + parseYuan(bill.toPay), 0n);
  const second = input.splitFen < totalFen ? input.splitFen : 0n;
  const tenders = [
    { methodId: books.methods[0]!, amountFen: totalFen - second },
    ...(second > 0n ? [{ methodId: books.methods[1]!, amountFen: second }] : []),
  ];
  keys += 1;
  const taken = await cashier.call(takePayment, {
    body: {
      communityId: target.communityId,
      targetKind: target.kind,
      targetId: target.id,
      bills: bills.map(({ id, toPay }) => ({ id, expected: toPay })),
      expectedTotal: formatYuan(fen(totalFen)),
      tenders: tenders.map(({ methodId, amountFen }) => ({
        paymentMethodId: methodId,
        amount: formatYuan(fen(amountFen)),
      })),
      payerName: '崔春涛',
      receivedOn: input.day,
      idempotencyKey: `history-${String(keys).padStart(8, '0')}`,
    },
  });
  return {
    receiptId: taken.id,
    tenders,
    parts: bills.map((bill) => ({
      billId: bill.id,
      principalFen: parseYuan(bill.outstanding),
      lateFeeFen: parseYuan(bill.lateFee),
    })),
  };
}
