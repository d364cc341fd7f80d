import { type NumberedPaper, type NumberPatternView, numberedPapers, platformFail } from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { fillPattern, insertSequence, receiptScope } from '../../platform/numbers/next-number.ts';

interface Numbered {
  id: string;
  name: string;
  code: string;
  time_zone: string;
  receipt_pattern: string;
  refund_pattern: string;
  version: number;
  last_receipt: string | null;
  last_refund: string | null;
}

/** The communities in the data scope with how their receipts and refunds are numbered. */
export async function listNumberPatterns(ctx: Context): Promise<NumberPatternView[]> {
  const communities = await ctx.tx.rows<Numbered>(sql`
    select c.id, c.name, c.code, c.time_zone, c.receipt_number_pattern as receipt_pattern,
      c.refund_number_pattern as refund_pattern, c.version,
      (select r.number from receipt r where r.company_id = c.company_id and r.community_id = c.id
        order by r.received_at desc, r.id desc limit 1) as last_receipt,
      (select f.number from refund f where f.company_id = c.company_id and f.community_id = c.id
        order by f.refunded_on desc, f.id desc limit 1) as last_refund
    from community c where c.company_id = ${ctx.companyId} order by c.sort_order, c.code`);
  const views: NumberPatternView[] = [];
  for (const one of communities)
    for (const paper of Object.keys(numberedPapers) as NumberedPaper[]) {
      const pattern = paper === 'receipt' ? one.receipt_pattern : one.refund_pattern;
      const [nextNumber] = await nextNumbers(ctx, one, { paper, pattern }, 1);
      views.push({
        id: one.id,
        paper,
        communityName: one.name,
        communityCode: one.code,
        pattern,
        lastNumber: paper === 'receipt' ? one.last_receipt : one.last_refund,
        nextNumber: nextNumber!,
        version: one.version,
      });
    }
  return views;
}

/** The next three numbers of today under a pattern that is not saved yet. Takes none. Errors: resource.notFound. */
export async function previewNumberPattern(
  ctx: Context,
  communityId: string,
  wanted: { paper: NumberedPaper; pattern: string },
): Promise<{ numbers: string[] }> {
  const community = await ctx.tx.first<Pick<Numbered, 'id' | 'code' | 'time_zone'>>(
    sql`select id, code, time_zone from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!community) throw platformFail('resource.notFound', { label: '小区' });
  return { numbers: await nextNumbers(ctx, community, wanted, 3) };
}

async function nextNumbers(
  ctx: Context,
  community: Pick<Numbered, 'id' | 'code' | 'time_zone'>,
  { paper, pattern }: { paper: NumberedPaper; pattern: string },
  count: number,
): Promise<string[]> {
  const frame = fillPattern(pattern, community.code, businessDay(ctx.clock, community.time_zone));
  const counter = await ctx.tx.first<{ last_value: bigint }>(sql`select last_value from number_counter
    where company_id = ${ctx.companyId} and community_id = ${community.id} and kind = ${paper} and scope = ${receiptScope(frame)}`);
  const last = counter?.last_value ?? 0n;
  return Array.from({ length: count }, (_, index) => insertSequence(frame, last + BigInt(index + 1)));
}
