import type { ReconciliationOutcome } from '@anlin/contract';
import type { Fen } from '@anlin/money';
import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import type { BillLine } from '../channels/payment-channel.ts';
import type { LockedDay } from './lock-day.ts';

/** A line as it is to stand; instants as text. */
export interface NewLine {
  kind: 'payment' | 'refund';
  outcome: ReconciliationOutcome;
  /** The order's account; without one, that of the day. */
  channelId: string;
  communityId: string | null;
  orderId: string | null;
  orderNo: string;
  refundNo: string;
  transactionId: string;
  ourAt: string | null;
  ourFen: Fen | null;
  theirAt: string | null;
  theirFen: Fen | null;
  feeFen: Fen | null;
}

interface OldLine extends NewLine {
  id: string;
}

const chunkRows = 1000;
const isException = (outcome: ReconciliationOutcome) => outcome !== 'matched' && outcome !== 'refunded';
/** What is the same payment or refund, however it came out. */
const identityOf = (line: NewLine) => `${line.kind} ${line.orderNo} ${line.refundNo}`;
const textOf = (at: string | null) => (at === null ? null : Temporal.Instant.from(at).toString());
const signatureOf = (line: NewLine) =>
  [
    identityOf(line),
    line.outcome,
    line.orderId,
    line.transactionId,
    textOf(line.ourAt),
    line.ourFen,
    textOf(line.theirAt),
    line.theirFen,
    line.feeFen,
  ].join('|');

/**
 * Makes a day's lines be these. What is the same as before stays with its settlement; an exception that agrees now says that it came
 * right by itself.
 */
export async function writeLines(ctx: Context, day: LockedDay, lines: readonly NewLine[]): Promise<void> {
  const old = Map.groupBy(await readLines(ctx, day.id), signatureOf);
  const added = lines.filter((line) => old.get(signatureOf(line))?.pop() === undefined);
  const gone = [...old.values()].flat();
  if (gone.length > 0)
    await ctx.tx.run(
      sql`delete from reconciliation_line where company_id = ${ctx.companyId} and id = any (${gone.map((line) => line.id)}::uuid[])`,
    );
  const wereWrong = new Set(gone.filter((line) => isException(line.outcome)).map(identityOf));
  for (let start = 0; start < added.length; start += chunkRows)
    await insertLines(ctx, day, added.slice(start, start + chunkRows), wereWrong);
}

async function insertLines(ctx: Context, day: LockedDay, lines: readonly NewLine[], wereWrong: ReadonlySet<string>) {
  const found = lines.map((line) => !isException(line.outcome) && wereWrong.has(identityOf(line)));
  const of = <K extends keyof NewLine>(key: K) => lines.map((line) => line[key]);
  const fens = (key: 'ourFen' | 'theirFen' | 'feeFen') => lines.map((line) => line[key]?.toString() ?? null);
  await ctx.tx.run(sql`
    insert into reconciliation_line (company_id, id, reconciliation_id, channel_id, day, kind, outcome, community_id, order_id, order_no, refund_no,
      transaction_id, our_at, our_fen, their_at, their_fen, fee_fen, settled_at, settled_how, note)
    select ${ctx.companyId}, x.id, ${day.id}, x.channel_id, ${day.day}::date, x.kind, x.outcome, x.community_id, x.order_id, x.order_no, x.refund_no,
      x.transaction_id, x.our_at, x.our_fen, x.their_at, x.their_fen, x.fee_fen, case when x.found then ${nowText(ctx)}::timestamptz end,
      case when x.found then 'found' end, case when x.found then '原为差异，之后两边一致' else '' end
    from unnest(${lines.map(() => ctx.newId())}::uuid[], ${of('channelId')}::uuid[], ${of('kind')}::text[], ${of('outcome')}::text[], ${of('communityId')}::uuid[], ${of('orderId')}::uuid[],
      ${of('orderNo')}::text[], ${of('refundNo')}::text[], ${of('transactionId')}::text[], ${of('ourAt')}::timestamptz[], ${fens('ourFen')}::bigint[],
      ${of('theirAt')}::timestamptz[], ${fens('theirFen')}::bigint[], ${fens('feeFen')}::bigint[], ${found}::boolean[])
      as x (id, channel_id, kind, outcome, community_id, order_id, order_no, refund_no, transaction_id, our_at, our_fen, their_at, their_fen, fee_fen, found)`);
}

async function readLines(ctx: Context, reconciliationId: string): Promise<OldLine[]> {
  return ctx.tx.rows<OldLine>(sql`
    select id, channel_id as "channelId", kind, outcome, community_id as "communityId", order_id as "orderId", order_no as "orderNo", refund_no as "refundNo",
      transaction_id as "transactionId", our_at as "ourAt", our_fen as "ourFen", their_at as "theirAt", their_fen as "theirFen", fee_fen as "feeFen"
    from reconciliation_line where company_id = ${ctx.companyId} and reconciliation_id = ${reconciliationId} order by id`);
}

/** The channel's bill of a day as it was fetched, out of the lines it became. */
export async function readKeptBill(ctx: Context, reconciliationId: string): Promise<BillLine[]> {
  const lines = await readLines(ctx, reconciliationId);
  return lines.flatMap((line) =>
    line.theirFen === null
      ? []
      : [
          {
            kind: line.kind,
            at: Temporal.Instant.from(line.theirAt!),
            orderNo: line.orderNo,
            transactionId: line.transactionId,
            ...(line.kind === 'refund' ? { refundNo: line.refundNo } : {}),
            amountFen: line.theirFen,
            feeFen: line.feeFen!,
          },
        ],
  );
}
