import { createHash } from 'node:crypto';
import { accountingFail, type EndpointReply, type previewVouchers, type VoucherLine } from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { accountMap, readMappingRows } from './account-map.ts';
import { bookCommunities } from './book-communities.ts';
import { buildVouchers, type Draft } from './build-vouchers.ts';
import { type BookCommunity, readJournalGroups, type VoucherRange } from './journal-groups.ts';
import type { VoucherPart } from './line-parts.ts';

export interface VoucherRequest extends VoucherRange {
  /** All communities seen whole when not given. */
  communityId?: string | undefined;
}

/** Vouchers as they would be made now, and what stands in the way. */
export interface DraftedVouchers {
  communities: BookCommunity[];
  drafts: Draft[];
  unmapped: string[];
  notClosed: string[];
  alreadyMade: string[];
  /** Of all drafts. */
  hash: string;
}

/** A year by months; by days a quarter. */
const maxDays = { day: 92, month: 366 };

/**
 * Works vouchers out of the journal (FIN-4) without writing anything. Throws voucher.rangeReversed, voucher.rangeTooLong (422),
 * and what `bookCommunities` throws.
 */
export async function draftVouchers(ctx: Context, request: VoucherRequest): Promise<DraftedVouchers> {
  const { firstDay, lastDay, grouping } = request;
  const from = Temporal.PlainDate.from(firstDay);
  const days = from.until(lastDay, { largestUnit: 'days' }).days + 1;
  if (days < 1) throw accountingFail('voucher.rangeReversed', { from: firstDay, to: lastDay });
  if (days > maxDays[grouping]) throw accountingFail('voucher.rangeTooLong', { max: maxDays[grouping] });
  const communities = await bookCommunities(ctx, request.communityId);
  const mappings = await readMappingRows(ctx);
  const byTarget = [...new Set(mappings.flatMap(({ account, detail }) => (detail === 'target' ? [account] : [])))];
  const groups = await readJournalGroups(ctx, communities, request, byTarget);
  const { drafts, unmapped } = buildVouchers(groups, communities, request, accountMap(mappings));
  const made = await ctx.tx.rows<{ community_id: string }>(sql`
    select distinct community_id from voucher_batch where company_id = ${ctx.companyId} and voided_at is null
      and first_day <= ${lastDay}::date and last_day >= ${firstDay}::date`);
  return {
    communities,
    drafts,
    unmapped,
    notClosed: communities
      .filter(({ closed_until: closedUntil }) => closedUntil === null || closedUntil < lastDay)
      .map(({ name }) => name),
    alreadyMade: communities.filter(({ id }) => made.some((one) => one.community_id === id)).map(({ name }) => name),
    hash: createHash('sha256')
      .update(JSON.stringify([request.grouping, drafts], bigintAsText))
      .digest('hex'),
  };
}

const bigintAsText = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

/** What stands in the way, as the errors that making them would throw. */
export function obstaclesOf(drafted: DraftedVouchers, request: VoucherRequest) {
  const list = (names: readonly string[]) => names.join('、');
  return [
    ...(drafted.notClosed.length > 0
      ? [accountingFail('voucher.notClosed', { communities: list(drafted.notClosed), day: request.lastDay })]
      : []),
    ...(drafted.alreadyMade.length > 0
      ? [accountingFail('voucher.alreadyMade', { communities: list(drafted.alreadyMade) })]
      : []),
    ...(drafted.unmapped.length > 0
      ? [accountingFail('voucher.unmapped', { accounts: list(drafted.unmapped.slice(0, 20)) })]
      : []),
    ...(drafted.drafts.length === 0 ? [accountingFail('voucher.nothing')] : []),
  ];
}

/** The vouchers of days, closed or not, for looking at. */
export async function previewDrafts(
  ctx: Context,
  request: VoucherRequest,
): Promise<EndpointReply<typeof previewVouchers>> {
  const drafted = await draftVouchers(ctx, request);
  return {
    vouchers: drafted.drafts.map(({ lines, totalFen, parts: _, ...draft }) => ({
      ...draft,
      total: formatYuan(fen(totalFen)),
      lines: lines.map((line) => viewLine({ ...line, amount_fen: line.amountFen }, null)),
    })),
    obstacles: obstaclesOf(drafted, request).map((error) => error.message),
    hash: drafted.hash,
  };
}

export interface ShownLine {
  account: string;
  summary: string;
  code: string;
  name: string;
  side: 'debit' | 'credit';
  amount_fen: bigint;
  department_code: string;
  department_name: string;
  customer_code: string;
  customer_name: string;
  project_code: string;
  project_name: string;
}

/** `parts`: what it sums up; null where that is not known, or nothing of the journal. */
export function viewLine(line: ShownLine, parts: readonly VoucherPart[] | null): VoucherLine {
  const amount = formatYuan(fen(line.amount_fen));
  const auxiliary = (word: string, code: string, name: string) => (code || name ? [`${word} ${code} ${name}`] : []);
  return {
    summary: line.summary,
    code: line.code,
    name: line.name,
    debit: line.side === 'debit' ? amount : null,
    credit: line.side === 'credit' ? amount : null,
    auxiliaries: [
      ...auxiliary('部门', line.department_code, line.department_name),
      ...auxiliary('客户', line.customer_code, line.customer_name),
      ...auxiliary('项目', line.project_code, line.project_name),
    ].join('，'),
    sumsUp:
      line.account === 'outputTax'
        ? null
        : {
            account: line.account,
            chargeItemIds: idsOf(parts, 'chargeItemId'),
            paymentMethodIds: idsOf(parts, 'paymentMethodId'),
          },
  };
}

const idsOf = (parts: readonly VoucherPart[] | null, key: 'chargeItemId' | 'paymentMethodId') =>
  (parts ?? []).flatMap((part) => part[key] ?? []);
