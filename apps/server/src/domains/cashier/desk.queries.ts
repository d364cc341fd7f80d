import { platformFail, type TargetKind } from '@anlin/contract';
import type { Fen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { raw, type Sql, sql } from '../../platform/database/sql.ts';
import type { PaymentInput } from './payment-input.ts';

export interface EarlierReceipt {
  id: string;
  number: string;
  totalFen: Fen;
  changeFen: Fen;
  requestHash: Buffer;
}

export interface DeskMethod {
  id: string;
  name: string;
  isCash: boolean;
  /** Money from outside, or what the company holds already. */
  source: 'money' | 'prepaid' | 'deposit';
}

/** Rules of the community. */
export interface DeskRules {
  /** A later bill of an item is not collected while an older one is left. */
  takesOldestFirst: boolean;
  refusesPartPayment: boolean;
  refusesOverpayment: boolean;
}

/** What a payment needs to know besides its bills. */
export interface Desk {
  timeZone: string;
  communityCode: string;
  numberPattern: string;
  rules: DeskRules;
  /** Enabled methods among those asked for, by id. */
  methods: ReadonlyMap<string, DeskMethod>;
  /** The receipt that was already written under this key. */
  earlier: EarlierReceipt | null;
}

interface DeskRow {
  time_zone: string;
  code: string;
  receipt_number_pattern: string;
  takes_oldest_first: boolean;
  refuses_part_payment: boolean;
  refuses_overpayment: boolean;
  method_id: string | null;
  method_name: string;
  is_cash: boolean;
  source: DeskMethod['source'];
  receipt_id: string | null;
  number: string;
  total_fen: Fen;
  change_fen: Fen;
  request_hash: Buffer;
}

/** The one table and not `charge_target`: preparing to look into all three costs more than the look. */
const tableOf: Readonly<Record<TargetKind, Sql>> = {
  house: raw('house'),
  parkingSpace: raw('parking_space'),
  vehicle: raw('vehicle'),
};

/**
 * The community, the payment methods and an earlier receipt of the same key, in one round trip. From here on
 * the transaction keeps the plans of its statements: they only look up keys, and planning anew costs more than running.
 * `isOnline`: methods of payment channels count too, which nobody chooses at the desk.
 */
export async function openDesk(ctx: Context, input: PaymentInput, isOnline: boolean): Promise<Desk> {
  const methodIds = input.tenders.map((tender) => tender.paymentMethodId);
  // A row for each method.
  const rows = await ctx.tx.rows<DeskRow>(sql`
    select set_config('plan_cache_mode', 'force_generic_plan', true), c.time_zone, c.code, c.receipt_number_pattern,
      c.takes_oldest_first, c.refuses_part_payment, c.refuses_overpayment,
      m.id as method_id, m.name as method_name, m.is_cash, m.source, r.id as receipt_id, r.number, r.total_fen, r.change_fen, r.request_hash
    from community c
    left join payment_method m on m.company_id = ${ctx.companyId} and m.id = any (${methodIds}::uuid[])
      and (m.is_enabled or (${isOnline}::boolean and m.channel is not null))
    left join receipt r on r.company_id = ${ctx.companyId} and r.idempotency_key = ${input.idempotencyKey}
    where c.company_id = ${ctx.companyId} and c.id = ${input.communityId}`);
  const [row] = rows;
  if (!row) throw platformFail('reference.notFound', { label: '小区' });
  return {
    timeZone: row.time_zone,
    communityCode: row.code,
    numberPattern: row.receipt_number_pattern,
    rules: {
      takesOldestFirst: row.takes_oldest_first,
      refusesPartPayment: row.refuses_part_payment,
      refusesOverpayment: row.refuses_overpayment,
    },
    methods: new Map(
      rows.flatMap(({ method_id: id, method_name: name, is_cash: isCash, source }) =>
        id === null ? [] : [[id, { id, name, isCash, source }]],
      ),
    ),
    earlier: row.receipt_id === null ? null : earlierOf({ ...row, id: row.receipt_id }),
  };
}

/** Whether a house, parking space or vehicle is in the community and in sight. */
export async function isTargetOf(
  ctx: Context,
  { communityId, targetKind, targetId }: { communityId: string; targetKind: TargetKind; targetId: string },
): Promise<boolean> {
  const row = await ctx.tx.first(sql`select from ${tableOf[targetKind]} t
    where t.company_id = ${ctx.companyId} and t.community_id = ${communityId} and t.id = ${targetId}`);
  return row !== undefined;
}

function earlierOf(
  row: Pick<DeskRow, 'number' | 'total_fen' | 'change_fen' | 'request_hash'> & { id: string },
): EarlierReceipt {
  return {
    id: row.id,
    number: row.number,
    totalFen: row.total_fen,
    changeFen: row.change_fen,
    requestHash: row.request_hash,
  };
}

/**
 * Lets one attempt of a key through at a time, for receipts that lock no bill: two clicks would otherwise both take a
 * number. Returns what the other one wrote.
 */
export async function queueByKey(ctx: Context, idempotencyKey: string): Promise<EarlierReceipt | null> {
  await ctx.tx.rows(
    sql`select pg_advisory_xact_lock(hashtextextended(${`receipt ${ctx.companyId} ${idempotencyKey}`}, 0))`,
  );
  return findByKey(ctx, idempotencyKey);
}

/** The receipt written under a key, as seen now: another transaction may have committed it since the desk was opened. */
export async function findByKey(ctx: Context, idempotencyKey: string): Promise<EarlierReceipt | null> {
  const row = await ctx.tx.first<DeskRow & { id: string }>(sql`
    select id, number, total_fen, change_fen, request_hash from receipt
    where company_id = ${ctx.companyId} and idempotency_key = ${idempotencyKey}`);
  return row ? earlierOf(row) : null;
}

/** Number of the newest receipt that paid a bill and stands; null when it was paid another way. */
export async function findPayingReceipt(ctx: Context, billId: string): Promise<string | null> {
  const row = await ctx.tx.first<{ number: string }>(sql`
    select r.number from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    where a.company_id = ${ctx.companyId} and a.bill_id = ${billId} and r.reversed_at is null
    order by r.received_at desc, r.id desc limit 1`);
  return row?.number ?? null;
}
