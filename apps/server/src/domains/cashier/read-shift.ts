import { type Denomination, denominationOrder, denominations, platformFail, type ShiftDetail } from '@anlin/contract';
import { type Fen, fen, formatYuan, subtractFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { expectedFen, type FigureRow, figureOf, seesAll } from './shift.queries.ts';

/** A shift as its paper shows it. */
export interface ShiftSlip {
  id: string;
  number: string;
  communityId: string;
  communityName: string;
  companyName: string;
  servicePhone: string;
  timeZone: string;
  staffName: string;
  closedByName: string;
  fromAt: string;
  untilAt: string;
  closedAt: string;
  expectedFen: Fen;
  countedFen: Fen;
  handedTo: string;
  reason: string;
  note: string;
  movementCount: number;
  figures: ShiftDetail['figures'];
  denominations: ShiftDetail['denominations'];
}

const mostDocuments = 2000;

/** Only one's own without `shift.viewAll`. */
const seen = (ctx: Context): Sql =>
  sql`s.company_id = ${ctx.companyId} and ${seesAll(ctx) ? sql`true` : sql`s.staff_id = ${ctx.actor.id}`}`;

/** Methods, notes and documents of one shift. 404 when it is not one's to see. */
export async function readShiftDetail(ctx: Context, id: string): Promise<ShiftDetail> {
  const [row] = await ctx.tx.ad<{ denominations: Notes; movement_count: number }>(
    sql`select s.denominations, s.movement_count from shift s where ${seen(ctx)} and s.id = ${id}`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '交班' });
  return {
    id,
    figures: (await readFigures(ctx, [id])).get(id) ?? [],
    denominations: notesOf(row.denominations),
    documents: await readDocuments(ctx, id),
    documentCount: row.movement_count,
  };
}

type Notes = Partial<Record<Denomination, number>> | null;

function notesOf(notes: Notes): ShiftDetail['denominations'] {
  return denominationOrder.flatMap((worth) => {
    const count = notes?.[worth] ?? 0;
    return count === 0
      ? []
      : [{ name: denominations[worth], count, amount: formatYuan(fen(BigInt(worth) * BigInt(count))) }];
  });
}

async function readFigures(ctx: Context, ids: readonly string[]): Promise<Map<string, ShiftDetail['figures']>> {
  const rows = await ctx.tx.rows<FigureRow & { shift_id: string; counted: Fen }>(sql`
    select l.shift_id, l.payment_method_id, k.name, k.is_cash, l.received_fen as received, l.returned_fen as returned, l.movement_count as movements,
      l.counted_fen as counted
    from shift_method l join payment_method k on k.company_id = l.company_id and k.id = l.payment_method_id
    where l.company_id = ${ctx.companyId} and l.shift_id = any (${[...ids]}::uuid[]) order by k.sort_order, k.name`);
  const figures = new Map<string, ShiftDetail['figures']>();
  for (const row of rows) {
    const list = figures.get(row.shift_id) ?? [];
    const difference = formatYuan(subtractFen(row.counted, expectedFen(row)));
    list.push({ ...figureOf(row), counted: formatYuan(row.counted), difference });
    figures.set(row.shift_id, list);
  }
  return figures;
}

interface DocumentRow {
  document_id: string;
  kind: ShiftDetail['documents'][number]['kind'];
  number: string;
  receipt_id: string | null;
  refund_id: string | null;
  target_name: string;
  method_name: string;
  amount_fen: Fen;
  at: string;
}

async function readDocuments(ctx: Context, shiftId: string): Promise<ShiftDetail['documents']> {
  const rows = await ctx.tx.rows<DocumentRow>(sql`
    select m.document_id, m.kind, coalesce(f.number, r.number, '') as number, m.receipt_id, m.refund_id,
      coalesce(ct.label, '') as target_name, k.name as method_name, m.amount_fen, m.at
    from income_movement m
    join payment_method k on k.company_id = m.company_id and k.id = m.payment_method_id
    left join receipt r on r.company_id = m.company_id and r.id = m.receipt_id
    left join refund f on f.company_id = m.company_id and f.id = m.refund_id
    left join charge_target ct on ct.company_id = m.company_id and ct.kind = m.target_kind and ct.id = m.target_id
    where m.company_id = ${ctx.companyId} and m.shift_id = ${shiftId}
    order by m.at, m.document_id, m.amount_fen, m.tender_id limit ${mostDocuments}`);
  return rows.map((row) => ({
    documentId: row.document_id,
    kind: row.kind,
    number: row.number,
    receiptId: row.receipt_id,
    refundId: row.refund_id,
    targetName: row.target_name,
    methodName: row.method_name,
    amount: formatYuan(row.amount_fen),
    at: row.at,
  }));
}

interface SlipRow {
  id: string;
  number: string;
  community_id: string;
  community_name: string;
  company_name: string;
  service_phone: string;
  time_zone: string;
  staff_name: string;
  closed_by_name: string;
  from_at: string;
  until_at: string;
  closed_at: string;
  expected_fen: Fen;
  counted_fen: Fen;
  handed_to: string;
  reason: string;
  note: string;
  movement_count: number;
  denominations: Notes;
}

/** Shifts as their papers show them, in the order of the ids; those that are not one's to see are missing. */
export async function readShiftSlips(ctx: Context, ids: readonly string[]): Promise<ShiftSlip[]> {
  const rows = await ctx.tx.ad<SlipRow>(sql`
    select s.id, s.number, s.community_id, c.name as community_name, y.name as company_name, c.service_phone, c.time_zone, a.name as staff_name,
      b.name as closed_by_name, s.from_at, s.until_at, s.closed_at, s.expected_fen, s.counted_fen, l.handed_to, s.reason, s.note, s.movement_count,
      s.denominations
    from shift s join shift_list l on l.company_id = s.company_id and l.id = s.id
    join community c on c.company_id = s.company_id and c.id = s.community_id
    join company y on y.id = s.company_id
    join staff a on a.company_id = s.company_id and a.id = s.staff_id
    join staff b on b.company_id = s.company_id and b.id = s.closed_by
    where ${seen(ctx)} and s.id = any (${[...ids]}::uuid[])`);
  const figures = await readFigures(ctx, ids);
  const slips = new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        number: row.number,
        communityId: row.community_id,
        communityName: row.community_name,
        companyName: row.company_name,
        servicePhone: row.service_phone,
        timeZone: row.time_zone,
        staffName: row.staff_name,
        closedByName: row.closed_by_name,
        fromAt: row.from_at,
        untilAt: row.until_at,
        closedAt: row.closed_at,
        expectedFen: row.expected_fen,
        countedFen: row.counted_fen,
        handedTo: row.handed_to,
        reason: row.reason,
        note: row.note,
        movementCount: row.movement_count,
        figures: figures.get(row.id) ?? [],
        denominations: notesOf(row.denominations),
      },
    ]),
  );
  return ids.flatMap((id) => slips.get(id) ?? []);
}

/** Shifts for the designer's preview, the newest first, by number or cashier. */
export function findShifts(
  ctx: Context,
  query: { communityId: string | undefined; q: string },
  most: number,
): Promise<{ id: string; number: string; staffName: string }[]> {
  const like = `%${likeText(query.q)}%`;
  return ctx.tx.ad<{ id: string; number: string; staffName: string }>(sql`
    select s.id, s.number, a.name as "staffName" from shift s join staff a on a.company_id = s.company_id and a.id = s.staff_id
    where ${seen(ctx)} and ${query.communityId ? sql`s.community_id = ${query.communityId}` : sql`true`}
      and (s.number ilike ${like} or a.name ilike ${like}) order by s.closed_at desc, s.id desc limit ${most}`);
}

/** Counts a print of each slip and notes it; from the second on it is a reprint. Those that are not one's to see are left out. */
export async function countShiftPrints(
  ctx: Context,
  ids: readonly string[],
): Promise<{ id: string; printCount: number }[]> {
  const rows = await ctx.tx.ad<{ id: string; number: string; community_id: string; print_count: number }>(sql`
    update shift s set print_count = s.print_count + 1 where ${seen(ctx)} and s.id = any (${[...ids]}::uuid[])
    returning s.id, s.number, s.community_id, s.print_count`);
  for (const row of rows)
    await recordAudit(ctx, {
      action: 'shift.print',
      targetKind: 'shift',
      targetId: row.id,
      targetLabel: row.number,
      communityId: row.community_id,
      after: { printCount: row.print_count },
    });
  return rows.map((row) => ({ id: row.id, printCount: row.print_count }));
}
