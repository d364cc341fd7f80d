import { accountingFail, voucherGroupings } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Draft } from './build-vouchers.ts';
import { draftVouchers, obstaclesOf, type VoucherRequest } from './draft-vouchers.ts';
import type { JournalGroup } from './journal-groups.ts';

interface NumberedDraft extends Draft {
  id: string;
  batchId: string;
  month: string;
  number: number;
}

/**
 * Makes the vouchers of closed days (FIN-4) and freezes them: numbers 记-0001 run through each month without gaps, and nothing of them
 * changes afterwards. One batch for each community. Throws what stands in the way, and voucher.changed (409) when they are no longer
 * those looked at.
 */
export async function makeVouchers(
  ctx: Context,
  request: VoucherRequest & { expectedHash: string },
): Promise<{ batchIds: string[]; voucherCount: number }> {
  if (ctx.actor.id === null) throw new Error('vouchers are made by a person');
  // Whoever closes or reopens waits, and two who make vouchers do it one after the other.
  await ctx.tx.run(sql`select 1 from community_book where company_id = ${ctx.companyId}
    and (${request.communityId ?? null}::uuid is null or community_id = ${request.communityId ?? null}::uuid) order by community_id for update`);
  const drafted = await draftVouchers(ctx, request);
  const [obstacle] = obstaclesOf(drafted, request);
  if (obstacle) throw obstacle;
  if (drafted.hash !== request.expectedHash) throw accountingFail('voucher.changed');
  const batches = drafted.communities.map(({ id, name }) => ({
    id: ctx.newId(),
    communityId: id,
    communityName: name,
  }));
  await ctx.tx.ad(sql`
    insert into voucher_batch (company_id, id, community_id, first_day, last_day, grouping, content_hash, preparer_name, made_at, staff_id)
    select ${ctx.companyId}, u.id, u.community_id, ${request.firstDay}::date, ${request.lastDay}::date, ${request.grouping}, ''::bytea,
      ${ctx.actor.name}, ${nowText(ctx)}, ${ctx.actor.id}
    from unnest(${batches.map(({ id }) => id)}::uuid[], ${batches.map(({ communityId }) => communityId)}::uuid[]) u (id, community_id)`);
  const batchOf = new Map(batches.map(({ id, communityId }) => [communityId, id]));
  const numbered = await numberDrafts(ctx, drafted.drafts, batchOf);
  for (let done = 0; done < numbered.length; done += chunk) await writeChunk(ctx, numbered.slice(done, done + chunk));
  await ctx.tx.ad(sql`update voucher_batch set content_hash = voucher_batch_hash(company_id, id)
    where company_id = ${ctx.companyId} and id = any (${batches.map(({ id }) => id)}::uuid[])`);
  for (const { id, communityId, communityName } of batches) {
    await recordAudit(ctx, {
      action: 'voucher.make',
      targetKind: 'voucherBatch',
      targetId: id,
      targetLabel: `${communityName} ${request.firstDay} 至 ${request.lastDay}`,
      communityId,
      after: {
        grouping: voucherGroupings[request.grouping],
        vouchers: numbered.filter(({ batchId }) => batchId === id).length,
      },
    });
  }
  return { batchIds: batches.map(({ id }) => id), voucherCount: numbered.length };
}

const chunk = 500;

/** Gives numbers month by month; the months' counters stay locked until the end of the transaction. */
async function numberDrafts(
  ctx: Context,
  drafts: readonly Draft[],
  batchOf: ReadonlyMap<string, string>,
): Promise<NumberedDraft[]> {
  const numbered: NumberedDraft[] = [];
  const months = Map.groupBy(drafts, ({ day }) => `${day.slice(0, 7)}-01`);
  for (const [month, ones] of [...months].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const counter = await ctx.tx.first<{ last_number: number }>(sql`
      insert into voucher_counter (company_id, month, last_number) values (${ctx.companyId}, ${month}, ${ones.length})
      on conflict (company_id, month) do update set last_number = voucher_counter.last_number + excluded.last_number returning last_number`);
    const first = counter!.last_number - ones.length + 1;
    for (const [index, one] of ones.entries()) {
      const batchId = batchOf.get(one.communityId)!;
      numbered.push({ ...one, id: ctx.newId(), batchId, month, number: first + index });
    }
  }
  return numbered;
}

async function writeChunk(ctx: Context, drafts: readonly NumberedDraft[]): Promise<void> {
  await ctx.tx.run(sql`
    insert into voucher (company_id, id, community_id, voucher_batch_id, kind, month, number, day, first_day, last_day, debit_fen, credit_fen)
    select ${ctx.companyId}, r.id, r.community_id, r.voucher_batch_id, r.kind, r.month, r.number, r.day, r.first_day, r.last_day, r.debit_fen, r.credit_fen
    from jsonb_to_recordset(${json(drafts.map(voucherOf))}::jsonb) r (id uuid, community_id uuid, voucher_batch_id uuid, kind text, month date, number int,
      day date, first_day date, last_day date, debit_fen bigint, credit_fen bigint)`);
  await ctx.tx.run(sql`
    insert into voucher_line (company_id, voucher_id, line_number, community_id, account, summary, code, name, side, amount_fen, tax_rate, tax_fen,
      department_code, department_name, customer_code, customer_name, project_code, project_name)
    select ${ctx.companyId}, r.voucher_id, r.line_number, r.community_id, r.account, r.summary, r.code, r.name, r.side, r.amount_fen, r.tax_rate, r.tax_fen,
      r.department_code, r.department_name, r.customer_code, r.customer_name, r.project_code, r.project_name
    from jsonb_to_recordset(${json(drafts.flatMap(linesOf))}::jsonb) r (voucher_id uuid, line_number int, community_id uuid, account text, summary text,
      code text, name text, side text, amount_fen bigint, tax_rate numeric, tax_fen bigint, department_code text, department_name text,
      customer_code text, customer_name text, project_code text, project_name text)`);
  await ctx.tx.run(sql`
    insert into voucher_part (company_id, voucher_id, part_number, community_id, account, charge_item_id, payment_method_id, amount_fen)
    select ${ctx.companyId}, r.voucher_id, r.part_number, r.community_id, r.account, r.charge_item_id, r.payment_method_id, r.amount_fen
    from jsonb_to_recordset(${json(drafts.flatMap(partsOf))}::jsonb) r (voucher_id uuid, part_number int, community_id uuid, account text,
      charge_item_id uuid, payment_method_id uuid, amount_fen bigint)`);
}

const json = (rows: readonly unknown[]) =>
  JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

const sumOf = (draft: Draft, wanted: 'debit' | 'credit') =>
  draft.lines.reduce((sum, { side, amountFen }) => (side === wanted ? sum + amountFen : sum), 0n);

const voucherOf = (draft: NumberedDraft) => ({
  id: draft.id,
  community_id: draft.communityId,
  voucher_batch_id: draft.batchId,
  kind: draft.kind,
  month: draft.month,
  number: draft.number,
  day: draft.day,
  first_day: draft.firstDay,
  last_day: draft.lastDay,
  debit_fen: sumOf(draft, 'debit'),
  credit_fen: sumOf(draft, 'credit'),
});

const linesOf = ({ id, communityId, lines }: NumberedDraft) =>
  lines.map(({ amountFen, taxRate, taxFen, ...line }, index) => ({
    ...line,
    voucher_id: id,
    community_id: communityId,
    line_number: index + 1,
    amount_fen: amountFen,
    tax_rate: taxRate,
    tax_fen: taxFen,
  }));

const partKey = ({ account, charge_item_id, payment_method_id }: JournalGroup) =>
  `${account} ${charge_item_id ?? ''} ${payment_method_id ?? ''}`;

// Whose money it is stands in the lines; what the journal is proved by does without.
function partsOf({ id, communityId, parts }: NumberedDraft) {
  const sums = [...Map.groupBy(parts, partKey).values()].map((ones) => ({
    ...ones[0]!,
    amount_fen: ones.reduce((sum, one) => sum + one.amount_fen, 0n),
  }));
  return sums
    .filter((part) => part.amount_fen !== 0n)
    .map((part, index) => ({
      voucher_id: id,
      community_id: communityId,
      part_number: index + 1,
      account: part.account,
      charge_item_id: part.charge_item_id,
      payment_method_id: part.payment_method_id,
      amount_fen: part.amount_fen,
    }));
}
