import { createHash } from 'node:crypto';
import { type fundDocumentKinds, fundFail } from '@anlin/contract';
import { type Fen, formatYuan, sumFen, zeroFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export interface FundWritten {
  id: string;
  total: string;
  accountCount: number;
}

export interface NewFundDocument {
  communityId: string;
  kind: keyof typeof fundDocumentKinds;
  bookedOn: string;
  rate?: string;
  interestYear?: number;
  fundProjectId?: string;
  reversesId?: string;
  note: string;
  idempotencyKey: string;
  requestHash: Buffer;
  movements: readonly { accountId: string; amountFen: Fen }[];
}

const chunkRows = 5000;

/** What was asked for, so that a key used for something else is refused. */
export function hashOfRequest(kind: string, { idempotencyKey: _, ...rest }: { idempotencyKey: string }): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([kind, rest]))
    .digest();
}

/** What an earlier request with this key wrote. Error: fund.keyReused (409). */
export async function findWritten(ctx: Context, key: string, hash: Buffer): Promise<FundWritten | undefined> {
  const row = await ctx.tx.first<{ id: string; total_fen: Fen; account_count: number; request_hash: Buffer }>(
    sql`select id, total_fen, account_count, request_hash from fund_document where company_id = ${ctx.companyId} and idempotency_key = ${key}`,
  );
  if (row && !row.request_hash.equals(hash)) throw fundFail('fund.keyReused');
  return row && { id: row.id, total: formatYuan(row.total_fen), accountCount: row.account_count };
}

/**
 * Writes a document with a movement of every account it touches; balances follow by themselves and never below zero. The
 * caller holds the accounts' locks. Errors: fund.nothing, fund.futureDay (422).
 */
export async function writeFundDocument(
  ctx: Context,
  document: NewFundDocument,
  timeZone: string,
): Promise<FundWritten> {
  if (ctx.actor.id === null) throw new Error('the fund is moved by a person');
  const today = businessDay(ctx.clock, timeZone).toString();
  if (document.bookedOn > today) throw fundFail('fund.futureDay', { day: document.bookedOn, today });
  const movements = document.movements.filter(({ amountFen }) => amountFen !== zeroFen);
  const totalFen = sumFen(movements.map(({ amountFen }) => amountFen));
  if (movements.length === 0 || totalFen === zeroFen) throw fundFail('fund.nothing');
  const id = ctx.newId();
  await ctx.tx.run(sql`
    insert into fund_document (company_id, id, community_id, kind, booked_on, total_fen, account_count, rate, interest_year, fund_project_id,
      reverses_id, note, written_at, staff_id, idempotency_key, request_hash)
    values (${ctx.companyId}, ${id}, ${document.communityId}, ${document.kind}, ${document.bookedOn}, ${totalFen.toString()}, ${movements.length},
      ${document.rate ?? null}, ${document.interestYear ?? null}, ${document.fundProjectId ?? null}, ${document.reversesId ?? null},
      ${document.note}, ${nowText(ctx)}, ${ctx.actor.id}, ${document.idempotencyKey}, ${document.requestHash})`);
  for (let start = 0; start < movements.length; start += chunkRows) {
    const chunk = movements.slice(start, start + chunkRows);
    await ctx.tx.run(sql`
      insert into fund_movement (company_id, id, community_id, fund_account_id, fund_document_id, amount_fen)
      select ${ctx.companyId}, m.id, ${document.communityId}, m.account, ${id}, m.amount
      from unnest(${chunk.map(() => ctx.newId())}::uuid[], ${chunk.map((one) => one.accountId)}::uuid[],
        ${chunk.map((one) => one.amountFen.toString())}::bigint[]) m (id, account, amount)`);
  }
  const total = formatYuan(totalFen);
  await recordAudit(ctx, {
    action: `fund.${document.kind}`,
    targetKind: 'fundDocument',
    targetId: id,
    communityId: document.communityId,
    after: { total, accounts: movements.length, bookedOn: document.bookedOn, note: document.note },
  });
  return { id, total, accountCount: movements.length };
}
