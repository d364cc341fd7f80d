import type {
  AgreementRow,
  listPaymentAgreements as agreementsEndpoint,
  DeductionRow,
  listDeductions as deductionsEndpoint,
  EndpointReply,
  EndpointRequest,
} from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../../../platform/context.ts';
import { join, raw, type Sql, sql } from '../../../platform/database/sql.ts';
import { likeText } from '../../../resource/index.ts';
import { targetJoins, targetLabel } from '../../estate/index.ts';

const places: Sql = sql`${raw(`join community c on c.company_id = a.company_id and c.id = a.community_id
  left join resident r on r.company_id = a.company_id and r.id = a.resident_id`)}
  ${targetJoins('a')}`;
const targetName: Sql = sql`${targetLabel} as "targetName"`;

const likeOf = (text: string) => `%${likeText(text)}%`;

/** Agreements, those in force first, the newest first. */
export async function listAgreements(
  ctx: Context,
  query: EndpointRequest<typeof agreementsEndpoint>['query'],
): Promise<EndpointReply<typeof agreementsEndpoint>> {
  const conditions: Sql[] = [sql`a.company_id = ${ctx.companyId}`];
  if (query.q) {
    const like = likeOf(query.q);
    conditions.push(
      sql`(a.code = ${query.q} or a.channel_no = ${query.q} or th.full_name ilike ${like} or tk.number ilike ${like} or tv.plate ilike ${like} or r.name ilike ${like})`,
    );
  }
  if (query.communityId) conditions.push(sql`a.community_id = ${query.communityId}`);
  if (query.state) conditions.push(sql`a.state = ${query.state}`);
  const where = join(conditions, ' and ');
  const rows = await ctx.tx.ad<Omit<AgreementRow, 'limit'> & { limitFen: Fen }>(sql`
    select a.id, a.community_id as "communityId", c.name as "communityName", a.target_kind as "targetKind", a.target_id as "targetId", ${targetName},
      coalesce(r.name, '') as "residentName", a.channel_kind as "channelKind", p.name as "channelName", a.code, coalesce(a.channel_no, '') as "channelNo",
      a.state, array(select i.name from charge_item i where i.company_id = a.company_id and i.id = any (a.charge_item_ids) order by i.name) as "chargeItems",
      a.starts_on as "startsOn", a.limit_fen as "limitFen", a.created_at as "createdAt", a.signed_at as "signedAt", a.ended_at as "endedAt",
      a.ended_by as "endedBy", a.reason, a.is_told as "isTold"
    from payment_agreement a ${places} join payment_channel p on p.company_id = a.company_id and p.id = a.channel_id
    where ${where} order by a.state = 'active' desc, a.created_at desc, a.id desc limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}`);
  const [sums] = await ctx.tx.ad<{ total: number; active: number }>(sql`
    select count(*)::int as total, count(*) filter (where a.state = 'active')::int as active from payment_agreement a ${places} where ${where}`);
  return {
    rows: rows.map(({ limitFen, ...row }) => ({ ...row, limit: formatYuan(limitFen) })),
    total: sums!.total,
    activeCount: sums!.active,
  };
}

type Tried = Omit<DeductionRow['tries'][number], 'amount'> & { deductionId: string; amountFen: Fen };

/** Deductions, the newest day first, with every try. */
export async function listDeductions(
  ctx: Context,
  query: EndpointRequest<typeof deductionsEndpoint>['query'],
): Promise<EndpointReply<typeof deductionsEndpoint>> {
  const conditions: Sql[] = [sql`d.company_id = ${ctx.companyId}`];
  if (query.q) {
    const like = likeOf(query.q);
    conditions.push(
      sql`(th.full_name ilike ${like} or tk.number ilike ${like} or tv.plate ilike ${like} or r.name ilike ${like})`,
    );
  }
  if (query.communityId) conditions.push(sql`d.community_id = ${query.communityId}`);
  if (query.agreementId) conditions.push(sql`d.agreement_id = ${query.agreementId}`);
  if (query.state) conditions.push(sql`d.state = ${query.state}`);
  if (query.open === 'failed') conditions.push(sql`d.state = 'failed' and d.handled_at is null`);
  if (query.plannedFrom) conditions.push(sql`d.planned_on >= ${query.plannedFrom}::date`);
  if (query.plannedTo) conditions.push(sql`d.planned_on <= ${query.plannedTo}::date`);
  const where = join(conditions, ' and ');
  const tables = sql`deduction d join payment_agreement a on a.company_id = d.company_id and a.id = d.agreement_id ${places}`;
  const rows = await ctx.tx.ad<Omit<DeductionRow, 'amount' | 'tries'> & { amountFen: Fen }>(sql`
    select d.id, d.agreement_id as "agreementId", c.name as "communityName", a.target_kind as "targetKind", a.target_id as "targetId", ${targetName},
      coalesce(r.name, '') as "residentName", a.channel_kind as "channelKind", d.planned_on as "plannedOn", d.state, d.amount_fen as "amountFen", d.attempt,
      case when d.state = 'waiting' then greatest(0, cardinality(d.retry_days) + 1 - d.attempt) else 0 end as "triesLeft",
      d.failure, d.reason, d.next_at as "nextAt", d.handled_at is not null as "isHandled", d.handled_note as "handledNote"
    from ${tables} where ${where} order by d.planned_on desc, d.id desc limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}`);
  const [sums] = await ctx.tx.ad<{ total: number; done: number; sum: Fen; failed: number }>(sql`
    select count(*)::int as total, count(*) filter (where d.state = 'done')::int as done,
      coalesce(sum(d.amount_fen) filter (where d.state = 'done'), 0)::bigint as sum, count(*) filter (where d.state = 'failed')::int as failed
    from ${tables} where ${where}`);
  const tries = await readTries(
    ctx,
    rows.map((row) => row.id),
  );
  return {
    rows: rows.map(({ amountFen, ...row }) => ({
      ...row,
      amount: formatYuan(amountFen),
      tries: (tries.get(row.id) ?? []).map(({ deductionId: _, amountFen: fen, ...one }) => ({
        ...one,
        amount: formatYuan(fen),
      })),
    })),
    total: sums!.total,
    doneCount: sums!.done,
    doneSum: formatYuan(sums!.sum),
    failedCount: sums!.failed,
  };
}

async function readTries(ctx: Context, ids: readonly string[]): Promise<ReadonlyMap<string, Tried[]>> {
  const rows = await ctx.tx.rows<Tried>(sql`
    select t.deduction_id as "deductionId", t.attempt, t.tried_at as at, t.amount_fen as "amountFen", t.outcome, t.failure, t.reason,
      t.order_id as "orderId", coalesce(o.order_no, '') as "orderNo", coalesce(x.number, '') as "receiptNumber"
    from deduction_try t left join payment_order o on o.company_id = t.company_id and o.id = t.order_id
    left join receipt x on x.company_id = o.company_id and x.id = o.receipt_id
    where t.company_id = ${ctx.companyId} and t.deduction_id = any (${[...ids]}::uuid[]) order by t.attempt`);
  return Map.groupBy(rows, (row) => row.deductionId);
}

/** Deductions that were given up and nobody took note of. */
export async function countFailed(ctx: Context): Promise<number> {
  const row = await ctx.tx.first<{ count: number }>(
    sql`select count(*)::int as count from deduction where company_id = ${ctx.companyId} and state = 'failed' and handled_at is null`,
  );
  return row!.count;
}
