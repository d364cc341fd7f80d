import {
  type BinKind,
  type BinRow,
  type EndpointReply,
  type EndpointRequest,
  type listRecycleBin as listEndpoint,
  undoFail,
} from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';

interface BinSqlRow {
  id: string;
  document_id: string;
  community_id: string;
  label: string;
  target_name: string;
  community_name: string;
  amount_fen: Fen | null;
  reason: string;
  at: string;
  who: string | null;
}

type Query = EndpointRequest<typeof listEndpoint>['query'];

/**
 * What lies in the recycle bin, newest first (CSH-8): receipts voided and not restored, bills voided by themselves, and
 * bindings that ended. What was purged is not shown any more; its documents stay.
 */
export async function listRecycleBin(ctx: Context, query: Query): Promise<EndpointReply<typeof listEndpoint>> {
  const rows = await ctx.tx.ad<BinSqlRow & { total: number }>(sql`
    select x.*, count(*) over ()::int as total from (${rowsOf(ctx, query.kind)}) x
    where not exists (select from recycle_purge g where g.company_id = ${ctx.companyId} and g.document_id = x.document_id and g.purged_at >= x.at)
      ${query.communityId ? sql`and x.community_id = ${query.communityId}` : empty}
      ${query.q ? sql`and (x.label ilike ${likeOf(query.q)} or x.target_name ilike ${likeOf(query.q)})` : empty}
    order by x.at desc, x.id limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}`);
  return { rows: rows.map((row) => binRowOf(row, query.kind)), total: rows[0]?.total ?? 0 };
}

function likeOf(q: string): string {
  return `%${likeText(q)}%`;
}

function binRowOf(row: BinSqlRow, kind: BinKind): BinRow {
  return {
    id: row.id,
    kind,
    label: row.label,
    targetName: row.target_name,
    communityName: row.community_name,
    amount: row.amount_fen === null ? null : formatYuan(row.amount_fen),
    reason: row.reason,
    at: row.at,
    who: row.who ?? '系统',
  };
}

function rowsOf(ctx: Context, kind: BinKind): Sql {
  if (kind === 'receipt') return receiptsOf(ctx);
  return kind === 'bill' ? billsOf(ctx) : bindingsOf(ctx);
}

const receiptsOf = (ctx: Context): Sql => sql`
  select r.id, v.id as document_id, r.community_id, r.number as label, coalesce(ct.label, '') as target_name,
    c.name as community_name, r.total_fen as amount_fen, v.reason, v.reversed_at as at, s.name as who
  from receipt_reversal v join receipt r on r.company_id = v.company_id and r.id = v.receipt_id
  join community c on c.company_id = r.company_id and c.id = r.community_id
  join staff s on s.company_id = v.company_id and s.id = v.staff_id
  left join charge_target ct on ct.company_id = r.company_id and ct.id = r.target_id
  where v.company_id = ${ctx.companyId} and v.kind = 'void' and r.reversed_at is not null
    and not exists (select from receipt_restoration x where x.company_id = v.company_id and x.receipt_reversal_id = v.id)`;

const billsOf = (ctx: Context): Sql => sql`
  select b.id, v.id as document_id, b.community_id, i.name || ' ' || to_char(b.period_from, 'YYYY-MM-DD') || ' 至 ' || to_char(b.period_to - 1, 'YYYY-MM-DD') as label,
    coalesce(ct.label, '') as target_name, c.name as community_name, b.receivable_fen as amount_fen, v.reason, v.voided_at as at,
    s.name as who
  from bill_void v join bill b on b.company_id = v.company_id and b.id = v.bill_id and b.voided_at is not null
  join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
  join community c on c.company_id = b.company_id and c.id = b.community_id
  left join staff s on s.company_id = v.company_id and s.id = v.staff_id
  left join charge_target ct on ct.company_id = b.company_id and ct.id = b.target_id
  where v.company_id = ${ctx.companyId} and v.receipt_reversal_id is null
    and not exists (select from bill_restoration x where x.company_id = v.company_id and x.bill_void_id = v.id)`;

// A binding that follows a tag is ended and begun by the tag, so it is not here.
const bindingsOf = (ctx: Context): Sql => sql`
  select b.id, b.id as document_id, b.community_id, i.name || ' ' || n.name || '，至 ' || to_char(b.ends_on - 1, 'YYYY-MM-DD') as label,
    coalesce(ct.label, '') as target_name, c.name as community_name, null::bigint as amount_fen, b.note as reason,
    b.updated_at as at, null::text as who
  from standard_binding b join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
  join charge_standard n on n.company_id = b.company_id and n.id = b.charge_standard_id
  join community c on c.company_id = b.company_id and c.id = b.community_id
  left join charge_target ct on ct.company_id = b.company_id and ct.id = b.target_id
  where b.company_id = ${ctx.companyId} and b.ends_on <= (${nowText(ctx)}::timestamptz at time zone c.time_zone)::date and b.tag_binding_id is null`;

/** Removes from the view of the bin; the ledger keeps every document. Refused (409) when one is not in the bin any more. */
export async function purgeFromBin(
  ctx: Context,
  input: { kind: BinKind; ids: readonly string[] },
): Promise<{ purgedCount: number }> {
  if (ctx.actor.id === null) throw new Error('the bin is purged by a person');
  const ids = [...new Set(input.ids.map((id) => id.toLowerCase()))];
  const rows = await ctx.tx.ad<BinSqlRow>(sql`select x.* from (${rowsOf(ctx, input.kind)}) x
    where x.id = any (${ids}::uuid[]) and not exists (select from recycle_purge g
      where g.company_id = ${ctx.companyId} and g.document_id = x.document_id and g.purged_at >= x.at)`);
  if (new Set(rows.map((row) => row.id)).size < ids.length) throw undoFail('recycleBin.notThere');
  await ctx.tx.run(sql`
    insert into recycle_purge (company_id, id, community_id, kind, document_id, purged_at, staff_id)
    select ${ctx.companyId}, n.id, n.community_id, ${input.kind}, n.document_id, ${nowText(ctx)}, ${ctx.actor.id}
    from unnest(${rows.map(() => ctx.newId())}::uuid[], ${rows.map((row) => row.community_id)}::uuid[], ${rows.map((row) => row.document_id)}::uuid[])
      n (id, community_id, document_id)`);
  const only = rows.length === 1 ? rows[0]! : null;
  await recordAudit(ctx, {
    action: 'recycleBin.purge',
    targetKind: input.kind,
    targetId: only?.id ?? null,
    targetLabel: only?.label ?? `${rows.length} 项`,
    communityId: new Set(rows.map((row) => row.community_id)).size === 1 ? rows[0]!.community_id : null,
    after: { purgedCount: rows.length },
  });
  return { purgedCount: rows.length };
}
