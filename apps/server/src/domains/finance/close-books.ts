import { type BookFigures, type ClosingKind, closingFail, closingKinds, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { figuresOf, type KeptFigures, type Stretch, showFigures } from './book-figures.ts';

/** What is to be closed: a day with all that stand open before it, or the month that ends on `lastDay`. ISO day. */
export interface ClosingInput {
  communityId: string;
  kind: ClosingKind;
  lastDay: string;
}

/** The figures a closing would keep, as they are now (FIN-5). Refused as the closing itself would be. */
export async function previewBooks(ctx: Context, input: ClosingInput): Promise<BookFigures> {
  const book = await readBook(ctx, input.communityId, false);
  const stretch = await stretchOf(ctx, input, book);
  const now = await ctx.tx.ad<{ figures: KeptFigures; hash: string }>(
    sql`select figures, encode(figures_hash, 'hex') as hash from ${figuresOf(ctx.companyId, stretch)} f`,
  );
  return showFigures(ctx, stretch, now[0]!.figures, now[0]!.hash);
}

/**
 * Closes books (CSH-12, FIN-5): waits for whoever is adding documents, keeps the figures, and from then on the database
 * refuses documents dated up to the last day. Refused (409) when the figures are no longer those looked at.
 */
export async function closeBooks(
  ctx: Context,
  input: ClosingInput & { expectedHash: string },
): Promise<{ id: string }> {
  if (ctx.actor.id === null) throw new Error('books are closed by a person');
  const book = await readBook(ctx, input.communityId, true);
  const stretch = await stretchOf(ctx, input, book);
  await refuseWhileRaising(ctx, input.communityId);
  const id = ctx.newId();
  const [kept] = await ctx.tx.ad<{ hash: string; figures: KeptFigures }>(sql`
    insert into book_closing (company_id, id, community_id, kind, first_day, last_day, previous_id, figures, figures_hash, closed_at, staff_id)
    select ${ctx.companyId}, ${id}, ${input.communityId}, ${input.kind}, ${stretch.firstDay}::date, ${stretch.lastDay}::date, ${stretch.previousId}::uuid,
      f.figures, f.figures_hash, ${nowText(ctx)}, ${ctx.actor.id} from ${figuresOf(ctx.companyId, stretch)} f
    returning encode(figures_hash, 'hex') as hash, figures`);
  if (kept!.hash !== input.expectedHash) throw closingFail('books.figuresChanged');
  await ctx.tx.run(sql`update community_book set closed_until = greatest(closed_until, ${stretch.lastDay}::date)
    where company_id = ${ctx.companyId} and community_id = ${input.communityId}`);
  const { raised, income, balances } = kept!.figures;
  await recordAudit(ctx, {
    action: 'books.close',
    targetKind: 'bookClosing',
    targetId: id,
    targetLabel: `${closingKinds[input.kind]} ${stretch.lastDay}`,
    communityId: input.communityId,
    before: { closedUntil: book.closed_until },
    after: {
      ...stretch,
      kind: input.kind,
      raisedFen: raised,
      incomeFen: income,
      receivableFen: balances.receivable ?? '0',
    },
  });
  return { id };
}

export interface BookRow {
  closed_until: string | null;
  time_zone: string;
}

/** The books of a community, held until the end of the transaction when they are to be changed. */
export async function readBook(ctx: Context, communityId: string, isLocking: boolean): Promise<BookRow> {
  const [row] = await ctx.tx.ad<BookRow>(sql`
    select b.closed_until, c.time_zone from community_book b join community c on c.company_id = b.company_id and c.id = b.community_id
    where b.company_id = ${ctx.companyId} and b.community_id = ${communityId} ${isLocking ? sql`for update of b` : empty}`);
  if (!row) throw platformFail('resource.notFound', { label: '小区' });
  requireWholeCommunity(ctx, communityId, '结账');
  return row;
}

async function stretchOf(ctx: Context, input: ClosingInput, book: BookRow): Promise<Stretch> {
  const yesterday = businessDay(ctx.clock, book.time_zone).subtract({ days: 1 });
  return input.kind === 'day' ? dayStretch(ctx, input, book, yesterday) : monthStretch(ctx, input, yesterday);
}

async function dayStretch(
  ctx: Context,
  { communityId, lastDay }: ClosingInput,
  { closed_until: closedUntil }: BookRow,
  yesterday: Temporal.PlainDate,
): Promise<Stretch> {
  if (Temporal.PlainDate.compare(lastDay, yesterday) > 0)
    throw closingFail('books.dayNotOver', { day: lastDay, last: yesterday.toString() });
  if (closedUntil !== null && lastDay <= closedUntil) throw closingFail('books.alreadyClosed', { until: closedUntil });
  const previous = await ctx.tx.first<{ id: string }>(sql`
    select id from book_closing where company_id = ${ctx.companyId} and community_id = ${communityId} and reopened_at is null
      and last_day = ${closedUntil}::date order by id desc limit 1`);
  if (!previous || closedUntil === null) return { communityId, firstDay: null, lastDay, previousId: null };
  return { communityId, firstDay: nextDay(closedUntil), lastDay, previousId: previous.id };
}

async function monthStretch(
  ctx: Context,
  { communityId, lastDay: anyDay }: ClosingInput,
  yesterday: Temporal.PlainDate,
): Promise<Stretch> {
  const month = Temporal.PlainDate.from(anyDay).toPlainYearMonth();
  const lastDay = month.toPlainDate({ day: month.daysInMonth });
  if (Temporal.PlainDate.compare(lastDay, yesterday) > 0)
    throw closingFail('books.monthNotOver', { month: month.toString(), last: lastDay.toString() });
  const previous = await lastMonth(ctx, communityId);
  if (!previous) return { communityId, firstDay: null, lastDay: lastDay.toString(), previousId: null };
  const next = Temporal.PlainDate.from(previous.last_day).toPlainYearMonth().add({ months: 1 });
  const order = Temporal.PlainYearMonth.compare(month, next);
  if (order < 0) throw closingFail('books.monthClosed', { month: month.toString() });
  if (order > 0) throw closingFail('books.monthsInOrder', { next: next.toString() });
  return { communityId, firstDay: nextDay(previous.last_day), lastDay: lastDay.toString(), previousId: previous.id };
}

/** The newest month of a community that stands closed. */
export function lastMonth(ctx: Context, communityId: string): Promise<{ id: string; last_day: string } | undefined> {
  return ctx.tx.first<{ id: string; last_day: string }>(sql`
    select id, last_day from book_closing where company_id = ${ctx.companyId} and community_id = ${communityId}
      and kind = 'month' and reopened_at is null order by last_day desc limit 1`);
}

const nextDay = (day: string) => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

/** Bills that are being raised belong to the month people look at; a closing in between would book the rest a month later. */
async function refuseWhileRaising(ctx: Context, communityId: string): Promise<void> {
  const task = await ctx.tx.first<{ title: string }>(sql`
    select title from task where company_id = ${ctx.companyId} and community_id = ${communityId}
      and kind = 'raiseBills' and state in ('queued', 'running') order by created_at limit 1`);
  if (task) throw closingFail('books.raisingRuns', { task: task.title });
}
