import {
  type EndpointReply,
  type FileEvent,
  type FileEventKind,
  platformFail,
  type residentFile,
} from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { join, sql } from '../../platform/database/sql.ts';
import { type FileScope, fileSources } from './file-sources.ts';

interface FileQuery {
  page: number;
  pageSize: number;
  kinds?: string | undefined;
}

interface EventRow {
  kind: FileEventKind;
  id: string;
  at: string;
  day: string;
  community_id: string | null;
  place: string;
  title: string;
  detail: string;
  amount_fen: bigint | null;
  link_kind: 'bill' | 'receipt' | 'house' | 'resident' | null;
  link_id: string | null;
}

/**
 * A page of everything known of a person or a house, the latest first (EST-10): only the sources the actor may see. A
 * person's bills and payments are those of the houses, and their parking spaces, in the time they lived there as owner or tenant.
 * Error: resource.notFound.
 */
export async function readFileEvents(
  ctx: Context,
  of: { residentId: string } | { houseId: string },
  query: FileQuery,
): Promise<EndpointReply<typeof residentFile>> {
  const scope = 'residentId' in of ? await scopeOfResident(ctx, of.residentId) : await scopeOfHouse(ctx, of.houseId);
  const seen = fileSources.filter(({ permission }) => permission === null || ctx.permissions.has(permission));
  if (seen.length === 0) return { rows: [], total: 0, counts: {} };
  const wanted = new Set((query.kinds ?? '').split(',').filter(Boolean));
  const all = join(
    seen.map(({ kind, select }) => sql`(select ${kind}::text, x.* from (${select(scope)}) x)`),
    ' union all ',
  );
  const events = sql`(${all}) e (kind, id, at, day, community_id, place, title, detail, amount_fen, link_kind, link_id)`;
  const counted = await ctx.tx.ad<{ kind: string; count: bigint }>(
    sql`select kind, count(*) from ${events} group by kind`,
  );
  const counts = Object.fromEntries(counted.map(({ kind, count }) => [kind, Number(count)]));
  const kinds = seen.map(({ kind }) => kind).filter((kind) => wanted.size === 0 || wanted.has(kind));
  const rows = await ctx.tx.ad<EventRow>(sql`select * from ${events} where kind = any (${kinds}::text[])
    order by day desc, at desc, kind, id limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}`);
  return { rows: rows.map(viewOf), total: kinds.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0), counts };
}

function viewOf(row: EventRow): FileEvent {
  return {
    key: `${row.kind} ${row.id}`,
    kind: row.kind,
    day: row.day,
    at: row.at,
    communityId: row.community_id,
    place: row.place,
    title: row.title,
    detail: row.detail,
    amount: row.amount_fen === null ? null : formatYuan(fen(row.amount_fen)),
    link: row.link_kind && row.link_id ? { resource: row.link_kind, id: row.link_id } : null,
  };
}

async function scopeOfResident(ctx: Context, residentId: string): Promise<FileScope> {
  const { companyId } = ctx;
  const known = await ctx.tx.first(sql`select 1 from resident where company_id = ${companyId} and id = ${residentId}`);
  if (!known) throw platformFail('resource.notFound', { label: '住户' });
  const stays = sql`select o.house_id, o.moved_in_on as from_day, coalesce(o.moved_out_on, 'infinity'::date) as to_day from occupancy o
    where o.company_id = ${companyId} and o.resident_id = ${residentId} and o.role in ('owner', 'tenant')`;
  const targets = sql`(select st.house_id as target_id, min(st.from_day) as from_day, max(st.to_day) as to_day from (${stays}) st group by 1
    union all select k.id, min(st.from_day), max(st.to_day) from (${stays}) st join charge_target k on k.company_id = ${companyId} and k.house_id = st.house_id and k.kind <> 'house' group by 1) s`;
  return { companyId, targets, residentId, houseId: null };
}

async function scopeOfHouse(ctx: Context, houseId: string): Promise<FileScope> {
  const { companyId } = ctx;
  const known = await ctx.tx.first(sql`select 1 from house where company_id = ${companyId} and id = ${houseId}`);
  if (!known) throw platformFail('resource.notFound', { label: '房屋' });
  const targets = sql`(select k.id as target_id, '-infinity'::date as from_day, 'infinity'::date as to_day
    from charge_target k where k.company_id = ${companyId} and k.house_id = ${houseId}) s`;
  return { companyId, targets, residentId: null, houseId };
}
