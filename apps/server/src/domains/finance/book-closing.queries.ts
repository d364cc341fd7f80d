import {
  type BookClosing,
  type ClosingKind,
  type EndpointReply,
  type listBookClosings,
  platformFail,
} from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { type KeptFigures, showFigures } from './book-figures.ts';
import { lastMonth, readBook } from './close-books.ts';

export interface ClosingRow {
  id: string;
  community_id: string;
  kind: ClosingKind;
  first_day: string | null;
  last_day: string;
  figures: KeptFigures;
  hash: string;
  closed_at: string;
  staff_name: string;
  reopened_at: string | null;
  reopened_by_name: string | null;
  reopen_reason: string | null;
  /** The newest that stands in its community. */
  latest_id: string | null;
}

const closings = (companyId: string, condition: Sql) => sql`
  select c.id, c.community_id, c.kind, c.first_day, c.last_day, c.figures, encode(c.figures_hash, 'hex') as hash, c.closed_at, s.name as staff_name,
    c.reopened_at, r.name as reopened_by_name, c.reopen_reason,
    (select l.id from book_closing l where l.company_id = c.company_id and l.community_id = c.community_id and l.reopened_at is null
      order by l.closed_at desc, l.id desc limit 1) as latest_id
  from book_closing c join staff s on s.company_id = c.company_id and s.id = c.staff_id
  left join staff r on r.company_id = c.company_id and r.id = c.reopened_by
  where c.company_id = ${companyId} and ${condition} order by c.closed_at desc, c.id desc limit 400`;

/** Closings of a community, the newest first, and what may be closed next. */
export async function listClosings(ctx: Context, communityId: string): Promise<EndpointReply<typeof listBookClosings>> {
  const book = await readBook(ctx, communityId, false);
  const yesterday = businessDay(ctx.clock, book.time_zone).subtract({ days: 1 });
  const rows = await ctx.tx.rows<ClosingRow>(closings(ctx.companyId, sql`c.community_id = ${communityId}`));
  const previous = await lastMonth(ctx, communityId);
  const month = previous
    ? Temporal.PlainDate.from(previous.last_day).toPlainYearMonth().add({ months: 1 })
    : yesterday.add({ days: 1 }).toPlainYearMonth().subtract({ months: 1 });
  const monthEnd = month.toPlainDate({ day: month.daysInMonth });
  return {
    closedUntil: book.closed_until,
    yesterday: yesterday.toString(),
    nextMonthEnd: Temporal.PlainDate.compare(monthEnd, yesterday) <= 0 ? monthEnd.toString() : null,
    rows: rows.map(viewOf),
  };
}

/** One closing; not found (404) when it is none of the communities seen whole. */
export async function readClosing(ctx: Context, id: string): Promise<ClosingRow> {
  const row = await ctx.tx.first<ClosingRow>(closings(ctx.companyId, sql`c.id = ${id}`));
  if (!row) throw platformFail('resource.notFound', { label: '结账' });
  return row;
}

/** One closing with the figures kept at the time. */
export async function openClosing(ctx: Context, id: string) {
  const row = await readClosing(ctx, id);
  const days = { firstDay: row.first_day, lastDay: row.last_day };
  return { ...viewOf(row), figures: await showFigures(ctx, days, row.figures, row.hash) };
}

function viewOf(row: ClosingRow): BookClosing {
  return {
    id: row.id,
    kind: row.kind,
    firstDay: row.first_day,
    lastDay: row.last_day,
    income: yuan(row.figures.income),
    raised: yuan(row.figures.raised),
    receivableBalance: yuan(row.figures.balances.receivable ?? '0'),
    closedAt: row.closed_at,
    staffName: row.staff_name,
    reopenedAt: row.reopened_at,
    reopenedByName: row.reopened_by_name ?? '',
    reopenReason: row.reopen_reason ?? '',
    isLatest: row.latest_id === row.id,
  };
}

const yuan = (text: string) => formatYuan(fen(BigInt(text)));
