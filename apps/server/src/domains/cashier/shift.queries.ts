import {
  type EndpointReply,
  type EndpointRequest,
  longestShiftHours,
  type OpenShift,
  platformFail,
  type previewShift as previewEndpoint,
  type ShiftFigure,
  shiftFail,
} from '@anlin/contract';
import { type Fen, fen, formatYuan, subtractFen, sumFen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';
import { requirePermission } from '../../platform/rights/require-right.ts';

/** Whose shift in which community; `startDay` only where shifts are not kept yet. */
export interface ShiftPlace {
  communityId: string;
  staffId?: string | undefined;
  startDay?: string | undefined;
}

export interface ShiftDesk {
  communityId: string;
  communityName: string;
  communityCode: string;
  staffId: string;
  staffName: string;
  today: Temporal.PlainDate;
  isFirst: boolean;
  /** From when on shifts are kept in the community: instants as SQL writes them. */
  startAt: string;
  /** Where the last shift of this cashier ended. */
  fromAt: string;
}

/**
 * Movements of money that a cashier has not handed over, on alias `m`. What was brought along from another system was
 * never in anybody's till; a refund of it is.
 */
export const withCashier = (
  desk: Pick<ShiftDesk, 'communityId' | 'staffId' | 'startAt'>,
  companyId: string,
): Sql => sql`
  m.company_id = ${companyId} and m.community_id = ${desk.communityId} and m.staff_id = ${desk.staffId}
  and m.shift_id is null and m.source = 'money' and m.at >= ${desk.startAt} and ${isNotImported}`;

const isNotImported = sql`(m.kind = 'refund' or not exists (select from receipt i
  where i.company_id = m.company_id and i.id = m.receipt_id and i.kind = 'import'))`;

/**
 * Finds whose shift it is and when it began. With `isLocking` no other shift of the community is closed meanwhile; payments
 * are not held up. Errors: resource.notFound (404), permission.denied (403) for another's without `shift.viewAll`,
 * reference.notFound (422) for an unknown cashier, shift.startAhead (422).
 */
export async function openShiftDesk(ctx: Context, place: ShiftPlace, isLocking: boolean): Promise<ShiftDesk> {
  const staffId = place.staffId?.toLowerCase() ?? ctx.actor.id;
  if (staffId === null) throw new Error('a shift is a person’s');
  const [book] = await ctx.tx.ad<{ shifts_from: string | null; name: string; code: string; time_zone: string }>(sql`
    select b.shifts_from, c.name, c.code, c.time_zone from community_book b
    join community c on c.company_id = b.company_id and c.id = b.community_id
    where b.company_id = ${ctx.companyId} and b.community_id = ${place.communityId} ${isLocking ? sql`for no key update of b` : empty}`);
  if (!book) throw platformFail('resource.notFound', { label: '小区' });
  if (staffId !== ctx.actor.id) requirePermission(ctx, 'shift.viewAll');
  const staff = await ctx.tx.first<{ name: string; until_at: string | null }>(sql`
    select s.name, (select max(h.until_at) from shift h
      where h.company_id = s.company_id and h.staff_id = s.id and h.community_id = ${place.communityId}) as until_at
    from staff s where s.company_id = ${ctx.companyId} and s.id = ${staffId}`);
  if (!staff) throw platformFail('reference.notFound', { label: '收银员' });
  const today = businessDay(ctx.clock, book.time_zone);
  const startAt = book.shifts_from ?? startOf(place.startDay, today, book.time_zone);
  return {
    communityId: place.communityId,
    communityName: book.name,
    communityCode: book.code,
    staffId,
    staffName: staff.name,
    today,
    isFirst: book.shifts_from === null,
    startAt,
    fromAt: staff.until_at ?? startAt,
  };
}

/** The first instant of the day from which shifts are to be kept; today unless told. */
function startOf(startDay: string | undefined, today: Temporal.PlainDate, timeZone: string): string {
  const day = startDay === undefined ? today : Temporal.PlainDate.from(startDay);
  if (Temporal.PlainDate.compare(day, today) > 0)
    throw shiftFail('shift.startAhead', { day: day.toString(), today: today.toString() });
  return day.toZonedDateTime(timeZone).toInstant().toString();
}

/** What a cashier has to hand over as of now (CSH-12). Errors as in `openShiftDesk`. */
export async function previewShift(
  ctx: Context,
  query: EndpointRequest<typeof previewEndpoint>['query'],
): Promise<EndpointReply<typeof previewEndpoint>> {
  const desk = await openShiftDesk(ctx, query, false);
  const untilAt = nowText(ctx);
  const rows = await ctx.tx.ad<FigureRow>(sql`
    select m.payment_method_id, k.name, k.is_cash, ${figureColumns} from income_movement m
    join payment_method k on k.company_id = m.company_id and k.id = m.payment_method_id
    where ${withCashier(desk, ctx.companyId)} and m.at <= ${untilAt} group by 1, 2, 3, k.sort_order order by k.sort_order, k.name`);
  const [cash] = await ctx.tx.ad<{ tendered: Fen; change: Fen }>(sql`
    select coalesce(sum(r.cash_tendered_fen), 0)::bigint as tendered, coalesce(sum(r.change_fen), 0)::bigint as change
    from receipt r where r.company_id = ${ctx.companyId} and r.id = any (array(
      select m.document_id from income_movement m where ${withCashier(desk, ctx.companyId)} and m.at <= ${untilAt} and m.kind = 'receipt'))`);
  return {
    staffId: desk.staffId,
    staffName: desk.staffName,
    communityName: desk.communityName,
    isFirst: desk.isFirst,
    today: desk.today.toString(),
    fromAt: desk.fromAt,
    untilAt,
    figures: rows.map(figureOf),
    expected: formatYuan(sumFen(rows.map(expectedFen))),
    count: rows.reduce((count, row) => count + row.movements, 0),
    cashTendered: formatYuan(cash!.tendered),
    change: formatYuan(cash!.change),
    receivers: await listReceivers(ctx, desk),
  };
}

export interface FigureRow {
  payment_method_id: string;
  name: string;
  is_cash: boolean;
  received: Fen;
  returned: Fen;
  movements: number;
}

export const figureColumns = sql`coalesce(sum(m.amount_fen) filter (where m.amount_fen > 0), 0)::bigint as received,
  coalesce(-sum(m.amount_fen) filter (where m.amount_fen < 0), 0)::bigint as returned, count(*)::int as movements`;

export const expectedFen = (row: Pick<FigureRow, 'received' | 'returned'>): Fen =>
  subtractFen(row.received, row.returned);

export function figureOf(row: FigureRow): ShiftFigure {
  return {
    paymentMethodId: row.payment_method_id,
    name: row.name,
    isCash: row.is_cash,
    received: formatYuan(row.received),
    returned: formatYuan(row.returned),
    expected: formatYuan(expectedFen(row)),
    count: row.movements,
  };
}

/** People who have to do with shifts and work in the community, but for the cashier: who can be handed the money. */
export function listReceivers(
  ctx: Context,
  desk: Pick<ShiftDesk, 'communityId' | 'staffId'>,
): Promise<{ id: string; name: string }[]> {
  return ctx.tx.rows<{ id: string; name: string }>(sql`
    select s.id, s.name from staff s
    where s.company_id = ${ctx.companyId} and s.disabled_at is null and s.id <> ${desk.staffId}
      and (s.has_all_communities
        or exists (select from staff_community c where c.company_id = s.company_id and c.staff_id = s.id and c.community_id = ${desk.communityId})
        or exists (select from staff_building c where c.company_id = s.company_id and c.staff_id = s.id and c.community_id = ${desk.communityId}))
      and s.id = any (array(select staff_id from members_of(${ctx.companyId}, array(
        select g.id from permission_group g where g.company_id = ${ctx.companyId} and (g.holds_all or 'shift.view' = any (g.permissions))))))
    order by s.name, s.id limit 300`);
}

interface OpenRow {
  community_id: string;
  community_name: string;
  staff_id: string;
  staff_name: string;
  movements: number;
  sum: Fen;
  since: string;
  is_overdue: boolean;
}

/**
 * What is still with cashiers in communities where shifts are kept, the longest first: one's own, with `shift.viewAll`
 * everybody's.
 */
export async function listOpenShifts(ctx: Context, communityId: string | undefined): Promise<OpenShift[]> {
  const rows = await ctx.tx.ad<OpenRow>(sql`
    select o.*, c.name as community_name, s.name as staff_name,
      o.since < ${nowText(ctx)}::timestamptz - make_interval(hours => ${longestShiftHours}) as is_overdue
    from (select m.community_id, m.staff_id, count(*)::int as movements, sum(m.amount_fen)::bigint as sum, min(m.at) as since
      from community_book b join income_movement m on m.company_id = b.company_id and m.community_id = b.community_id
      where b.company_id = ${ctx.companyId} and b.shifts_from is not null and ${communityId ? sql`b.community_id = ${communityId}` : sql`true`}
        and m.shift_id is null and m.source = 'money' and m.staff_id is not null and m.at >= b.shifts_from
        and ${seesAll(ctx) ? sql`true` : sql`m.staff_id = ${ctx.actor.id}`} and ${isNotImported}
      group by 1, 2) o
    join community c on c.company_id = ${ctx.companyId} and c.id = o.community_id
    join staff s on s.company_id = ${ctx.companyId} and s.id = o.staff_id
    order by o.since, o.staff_id limit 500`);
  return rows.map((row) => ({
    communityId: row.community_id,
    communityName: row.community_name,
    staffId: row.staff_id,
    staffName: row.staff_name,
    count: row.movements,
    expected: formatYuan(fen(row.sum)),
    since: row.since,
    isOverdue: row.is_overdue,
    isOwn: row.staff_id === ctx.actor.id,
  }));
}

/** Whether the actor sees the shifts of others. */
export const seesAll = (ctx: Pick<Context, 'permissions'>): boolean => ctx.permissions.has('shift.viewAll');
