import { formatPeriod, period } from '@anlin/calendar';
import { chargingFail, platformFail } from '@anlin/contract';
import { fen, formatYuanGrouped } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { daysText, lockItemBindings } from './bind-standard.ts';
import { writeVoids } from './void-bills.ts';

/**
 * Ends bindings on a day (the first one no longer charged), or opens them again with null. Bills that reach beyond the
 * day must not be left standing: paid ones refuse the whole batch, unpaid ones too unless they are to be voided. A
 * voided period that straddles the day is raised again for what is left of it by the next run.
 */
export async function endBindings(
  ctx: Context,
  input: { ids: readonly string[]; endsOn: string | null; voidUnpaid: boolean },
): Promise<{ endedCount: number; voidedCount: number }> {
  const { endsOn } = input;
  const ids = [...new Set(input.ids)];
  const rows = await ctx.tx.rows<{ id: string; charge_item_id: string; starts_on: string }>(sql`
    select id, charge_item_id, starts_on from standard_binding
    where company_id = ${ctx.companyId} and id = any (${ids}::uuid[]) order by id for update`);
  if (rows.length < ids.length) throw platformFail('resource.notFound', { label: '标准绑定' });
  const late = rows.find((row) => endsOn !== null && row.starts_on >= endsOn);
  if (late) throw chargingFail('standardBinding.endBeforeStart', { start: late.starts_on, end: endsOn ?? '' });
  for (const itemId of [...new Set(rows.map((row) => row.charge_item_id))].sort()) await lockItemBindings(ctx, itemId);
  const voidedCount = endsOn === null ? 0 : await clearBeyond(ctx, ids, endsOn, input.voidUnpaid);
  await refuseOverlaps(ctx, ids, endsOn);
  await ctx.tx.run(sql`update standard_binding set ends_on = ${endsOn}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`);
  await recordAudit(ctx, {
    action: endsOn === null ? 'standardBinding.reopen' : 'standardBinding.end',
    targetKind: 'standardBinding',
    targetId: ids.length === 1 ? ids[0]! : null,
    targetLabel: `${ids.length} 个绑定`,
    after: { endsOn, endedCount: ids.length, voidedCount },
  });
  return { endedCount: ids.length, voidedCount };
}

interface BeyondRow {
  paid_count: number;
  unpaid_count: number;
  unpaid_fen: bigint;
  target: string;
  period_from: string;
  period_to: string;
}

// Voids the unpaid bills beyond the day, or refuses. Bills are locked in the order of their ids.
async function clearBeyond(ctx: Context, ids: readonly string[], endsOn: string, voidUnpaid: boolean): Promise<number> {
  await ctx.tx.rows(sql`select id from bill where company_id = ${ctx.companyId} and standard_binding_id = any (${[...ids]}::uuid[])
    and period_to > ${endsOn} and voided_at is null order by id for no key update`);
  const [found] = await ctx.tx.rows<BeyondRow>(sql`
    select count(*) filter (where paid) over ()::int paid_count, count(*) filter (where not paid) over ()::int unpaid_count,
      coalesce(sum(receivable_fen) filter (where not paid) over (), 0)::bigint unpaid_fen, target, period_from, period_to
    from (select x.receivable_fen, x.period_from, x.period_to, ct.label target,
        x.received_fen + x.discount_fen + x.waived_fen + x.late_fee_received_fen > 0 paid
      from bill x left join charge_target ct on ct.company_id = x.company_id and ct.id = x.target_id
      where x.company_id = ${ctx.companyId} and x.standard_binding_id = any (${[...ids]}::uuid[]) and x.period_to > ${endsOn} and x.voided_at is null) b
    order by paid desc, period_from limit 1`);
  if (!found) return 0;
  const first = { target: found.target, period: formatPeriod(period(found.period_from, found.period_to)) };
  if (found.paid_count > 0)
    throw chargingFail('standardBinding.paidBeyond', { day: endsOn, count: found.paid_count, ...first });
  if (!voidUnpaid) {
    const sum = formatYuanGrouped(fen(found.unpaid_fen));
    throw chargingFail('standardBinding.unpaidBeyond', { day: endsOn, count: found.unpaid_count, sum, ...first });
  }
  const beyond = await ctx.tx.rows<{ id: string }>(sql`select id from bill where company_id = ${ctx.companyId}
    and standard_binding_id = any (${[...ids]}::uuid[]) and period_to > ${endsOn} and voided_at is null order by id`);
  return writeVoids(
    ctx,
    beyond.map((bill) => bill.id),
    `绑定于 ${endsOn} 结束`,
  );
}

// Opening again, or ending later, may run into a binding made since.
async function refuseOverlaps(ctx: Context, ids: readonly string[], endsOn: string | null): Promise<void> {
  const other = await ctx.tx.first<{
    target: string;
    item: string;
    standard: string;
    starts_on: string;
    ends_on: string | null;
  }>(sql`
    select ct.label target, i.name item, s.name standard, o.starts_on, o.ends_on
    from standard_binding b join standard_binding o on o.company_id = b.company_id and o.target_id = b.target_id
      and o.charge_item_id = b.charge_item_id and o.id <> b.id and daterange(o.starts_on, o.ends_on) && daterange(b.starts_on, ${endsOn})
    join charge_standard s on s.company_id = o.company_id and s.id = o.charge_standard_id
    join charge_item i on i.company_id = o.company_id and i.id = o.charge_item_id
    left join charge_target ct on ct.company_id = b.company_id and ct.id = b.target_id
    where b.company_id = ${ctx.companyId} and b.id = any (${[...ids]}::uuid[]) limit 1`);
  if (!other) return;
  const dates = daysText({ startsOn: other.starts_on, endsOn: other.ends_on });
  const { target, item, standard } = other;
  throw chargingFail('standardBinding.overlap', { count: 1, target, item, standard, dates });
}
