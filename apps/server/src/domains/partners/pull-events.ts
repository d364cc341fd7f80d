import {
  type EndpointReply,
  type OpenDocument,
  type openStatementLine,
  partnerFail,
  type pullOpenPayments,
  type pullOpenStatements,
} from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import type { z } from 'zod';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SignedApp } from '../../platform/partners/partner-boundary.ts';
import { numberEvents } from './number-events.ts';
import { readDocuments } from './read-documents.ts';

interface Pull {
  cursor?: string | undefined;
  limit: number;
}

/** `s42`: everything up to event 42 was read. */
function sequenceOf(cursor: string | undefined): string {
  if (cursor === undefined || cursor === '') return '0';
  const [, digits] = /^s(\d{1,18})$/.exec(cursor) ?? [];
  if (digits === undefined) throw partnerFail('open.badCursor');
  return digits;
}

/** Events of a stream after the cursor, numbered first: what is committed after this has a higher number and comes next time. */
async function readStream(
  ctx: Context,
  communityId: string,
  stream: 'money' | 'bank',
  { cursor, limit }: Pull,
): Promise<{ events: { id: string; kind: string; sequence: bigint }[]; nextCursor: string; hasMore: boolean }> {
  const after = sequenceOf(cursor);
  await numberEvents(ctx, communityId);
  const rows = await ctx.tx.rows<{
    id: string;
    kind: string;
    sequence: bigint;
  }>(sql`select id, kind, sequence from open_event
    where company_id = ${ctx.companyId} and community_id = ${communityId} and stream = ${stream} and sequence > ${after}
    order by sequence limit ${limit + 1}`);
  const events = rows.slice(0, limit);
  return { events, nextCursor: `s${events.at(-1)?.sequence ?? after}`, hasMore: rows.length > limit };
}

/** Receipts, reversals, restorations and refunds of the key's community after the cursor. Error: open.badCursor (422). */
export async function pullPayments(
  ctx: Context,
  app: SignedApp,
  pull: Pull,
): Promise<EndpointReply<typeof pullOpenPayments>> {
  const { events, ...rest } = await readStream(ctx, app.communityId, 'money', pull);
  const documents = events.map((one) => ({ ...one, kind: one.kind as OpenDocument['kind'] }));
  return { rows: await readDocuments(ctx, documents, app.appId), ...rest };
}

interface LineRow extends Omit<z.infer<typeof openStatementLine>, 'sequence' | 'amount'> {
  fen: Fen;
}

/**
 * Lines of the bank statements of the community's own accounts, while it allows it; an account of several communities is nobody's alone
 * and stays out. Errors: open.statementsOff (403), open.badCursor (422).
 */
export async function pullStatements(
  ctx: Context,
  app: SignedApp,
  pull: Pull,
): Promise<EndpointReply<typeof pullOpenStatements>> {
  const community = await ctx.tx.first<{
    name: string;
    shares: boolean;
  }>(sql`select name, shares_bank_statements as shares from community
    where company_id = ${ctx.companyId} and id = ${app.communityId}`);
  if (!community?.shares) throw partnerFail('open.statementsOff', { community: community?.name ?? '' });
  const { events, ...rest } = await readStream(ctx, app.communityId, 'bank', pull);
  const rows = await ctx.tx.rows<LineRow>(sql`
    select l.id, l.paid_on as "paidOn", l.amount_fen as fen, l.payer_name as "payerName", l.payer_account as "payerAccount", l.remark, l.serial,
      k.name as "bankAccountName", l.state, coalesce(r.number, '') as "receiptNumber"
    from bank_statement_line l join bank_account k on k.company_id = l.company_id and k.id = l.bank_account_id
      left join receipt r on r.company_id = l.company_id and r.id = l.receipt_id
    where l.company_id = ${ctx.companyId} and l.community_id = ${app.communityId} and l.id = any (${events.map((one) => one.id)}::uuid[])`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    rows: events.flatMap(({ id, sequence }) => {
      const row = byId.get(id);
      if (!row) return [];
      const { fen, ...line } = row;
      return [{ ...line, sequence: Number(sequence), amount: formatYuan(fen) }];
    }),
    ...rest,
  };
}
