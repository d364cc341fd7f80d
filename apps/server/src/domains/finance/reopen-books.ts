import { closingFail, closingKinds, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readClosing } from './book-closing.queries.ts';
import { readBook } from './close-books.ts';

/**
 * Takes the newest closing back (FIN-5). The closing stays with who reopened it and why; the books are closed up to the
 * newest that still stands.
 */
export async function reopenBooks(
  ctx: Context,
  input: { id: string; reason: string },
): Promise<{ closedUntil: string | null }> {
  const { community_id: communityId } = await readClosing(ctx, input.id);
  const book = await readBook(ctx, communityId, true);
  const closing = await readClosing(ctx, input.id);
  if (closing.reopened_at !== null) throw closingFail('books.alreadyReopened');
  if (closing.latest_id !== closing.id) {
    const latest = await readClosing(ctx, closing.latest_id!);
    throw closingFail('books.notLatest', { latest: `${closingKinds[latest.kind]} ${latest.last_day}` });
  }
  await ctx.tx.run(sql`update book_closing set reopened_at = ${nowText(ctx)}, reopened_by = ${ctx.actor.id}, reopen_reason = ${input.reason}
    where company_id = ${ctx.companyId} and id = ${input.id}`);
  const row = await ctx.tx.first<{ closed_until: string | null }>(sql`
    update community_book b set closed_until = (select max(c.last_day) from book_closing c
        where c.company_id = b.company_id and c.community_id = b.community_id and c.reopened_at is null)
    where b.company_id = ${ctx.companyId} and b.community_id = ${communityId} returning b.closed_until`);
  if (!row) throw platformFail('resource.notFound', { label: '小区' });
  await recordAudit(ctx, {
    action: 'books.reopen',
    targetKind: 'bookClosing',
    targetId: input.id,
    targetLabel: `${closingKinds[closing.kind]} ${closing.last_day}`,
    communityId,
    before: { closedUntil: book.closed_until },
    after: { closedUntil: row.closed_until, reason: input.reason },
  });
  return { closedUntil: row.closed_until };
}
