import { fundFail, platformFail } from '@anlin/contract';
import { type Fen, formatYuan, negateFen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockFund } from './deposit-fund.ts';
import { requireFundCommunity } from './fund-house.ts';
import { type FundWritten, findWritten, hashOfRequest, writeFundDocument } from './write-document.ts';

interface DocumentRow {
  id: string;
  community_id: string;
  kind: string;
  rate: string | null;
  fund_project_id: string | null;
  is_reversed: boolean;
}

/**
 * Takes a document back by its opposite, today: every account gets the opposite movement, a project may be paid again. A
 * deposit that has been used since can't be taken back. Errors: fund.reversed, fund.short (409), resource.notFound.
 */
export async function reverseFundDocument(
  ctx: Context,
  documentId: string,
  { reason, idempotencyKey }: { reason: string; idempotencyKey: string },
): Promise<FundWritten> {
  const requestHash = hashOfRequest('reversal', { documentId, reason, idempotencyKey } as { idempotencyKey: string });
  const found = await ctx.tx.first<{ community_id: string }>(
    sql`select community_id from fund_document where company_id = ${ctx.companyId} and id = ${documentId}`,
  );
  if (!found) throw platformFail('resource.notFound', { label: '维修资金收支' });
  const community = await requireFundCommunity(ctx, found.community_id);
  await lockFund(ctx, community.id);
  const earlier = await findWritten(ctx, idempotencyKey, requestHash);
  if (earlier) return earlier;
  const document = await ctx.tx.first<DocumentRow>(sql`select d.id, d.community_id, d.kind, d.rate, d.fund_project_id,
      exists (select from fund_document r where r.company_id = d.company_id and r.reverses_id = d.id) as is_reversed
    from fund_document d where d.company_id = ${ctx.companyId} and d.id = ${documentId}`);
  if (!document || document.kind === 'reversal' || document.is_reversed) throw fundFail('fund.reversed');
  const movements = await lockMovements(ctx, documentId);
  if (document.fund_project_id)
    await ctx.tx.run(sql`update fund_project set state = 'passed', version = version + 1
      where company_id = ${ctx.companyId} and id = ${document.fund_project_id}`);
  const bookedOn = businessDay(ctx.clock, community.timeZone).toString();
  return writeFundDocument(
    ctx,
    {
      communityId: community.id,
      kind: 'reversal',
      bookedOn,
      reversesId: documentId,
      note: reason,
      idempotencyKey,
      requestHash,
      movements,
    },
    community.timeZone,
  );
}

async function lockMovements(ctx: Context, documentId: string): Promise<{ accountId: string; amountFen: Fen }[]> {
  const rows = await ctx.tx.rows<{ accountId: string; amountFen: Fen; balanceFen: Fen; label: string }>(sql`
    select a.id as "accountId", m.amount_fen as "amountFen", a.balance_fen as "balanceFen", h.full_name as label
    from fund_movement m join fund_account a on a.company_id = m.company_id and a.id = m.fund_account_id
      join house h on h.company_id = a.company_id and h.id = a.house_id
    where m.company_id = ${ctx.companyId} and m.fund_document_id = ${documentId} order by a.id for no key update of a`);
  const short = rows.filter((row) => row.balanceFen < row.amountFen);
  const [first] = short;
  if (first)
    throw fundFail('fund.short', {
      house: first.label,
      balance: formatYuan(first.balanceFen),
      action: '收回',
      amount: formatYuan(first.amountFen),
      count: short.length,
    });
  return rows.map(({ accountId, amountFen }) => ({ accountId, amountFen: negateFen(amountFen) }));
}
