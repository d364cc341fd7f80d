import {
  type createStatementLink as createEndpoint,
  type EndpointReply,
  type EndpointRequest,
  type listStatementLinks as listEndpoint,
  platformFail,
  statementPagePath,
} from '@anlin/contract';
import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { empty, sql } from '../../../platform/database/sql.ts';
import { shareToken } from '../../../platform/links/share-token.ts';
import { checkDays } from './read-statement.ts';
import { readSubject } from './statement-subject.ts';

const pathOf = (ctx: Context, secret: Buffer, linkId: string) =>
  statementPagePath(shareToken(secret, 'statement', { companyId: ctx.companyId, linkId }));

/**
 * Makes a link for an owner: it shows the houses that whoever makes it sees now, for these days, until it ends. Errors: those
 * of the subject and of the days.
 */
export async function createStatementLink(
  ctx: Context,
  secret: Buffer,
  input: EndpointRequest<typeof createEndpoint>['body'],
): Promise<EndpointReply<typeof createEndpoint>> {
  checkDays(input);
  const subject = await readSubject(ctx, input).catch(asReference);
  const id = ctx.newId();
  const expiresAt = ctx.clock
    .now()
    .add({ hours: 24 * input.days })
    .toString({ smallestUnit: 'millisecond' });
  const houseIds = subject.houses.map((house) => house.id);
  await ctx.tx.run(sql`insert into statement_link (company_id, id, community_id, resident_id, owner_ids, house_ids, first_day, last_day, expires_at, created_at, created_by)
    values (${ctx.companyId}, ${id}, ${subject.communityId}, ${subject.residentId}, ${subject.ownerIds}::uuid[], ${houseIds}::uuid[], ${input.from}, ${input.to}, ${expiresAt},
      ${nowText(ctx)}, ${ctx.actor.id})`);
  await recordAudit(ctx, {
    action: 'statementLink.create',
    targetKind: subject.residentId === null ? 'house' : 'resident',
    targetId: subject.residentId ?? houseIds[0]!,
    targetLabel: subject.houses.map((house) => house.label).join('、'),
    communityId: subject.communityId,
    after: { linkId: id, from: input.from, to: input.to, expiresAt },
  });
  return { id, path: pathOf(ctx, secret, id), expiresAt };
}

/** An id in a body that is not there is refused as a reference (422). */
function asReference(error: unknown): never {
  const { code, params } = error as { code?: string; params?: { label?: string } };
  if (code === 'resource.notFound') throw platformFail('reference.notFound', { label: params?.label ?? '业主' });
  throw error;
}

interface LinkRow {
  id: string;
  owner_name: string;
  houses: string;
  community_name: string;
  first_day: string;
  last_day: string;
  created_at: string;
  created_by: string;
  expires_at: string;
  is_expired: boolean;
  revoked_at: string | null;
  open_count: number;
  last_opened_at: string | null;
}

/** Links given to owners, the newest first. */
export async function listStatementLinks(
  ctx: Context,
  secret: Buffer,
  { communityId, page, pageSize }: EndpointRequest<typeof listEndpoint>['query'],
): Promise<EndpointReply<typeof listEndpoint>> {
  const where = sql`l.company_id = ${ctx.companyId} ${communityId ? sql`and l.community_id = ${communityId}` : empty}`;
  const rows = await ctx.tx.ad<LinkRow>(sql`
    select l.id, coalesce(r.name, '') as owner_name, l.first_day, l.last_day, l.created_at, s.name as created_by, l.expires_at,
      l.expires_at <= ${nowText(ctx)} as is_expired, l.revoked_at, l.open_count, l.last_opened_at, c.name as community_name,
      coalesce((select string_agg(h.full_name, '、' order by h.full_name collate natural_order) from house h
        where h.company_id = l.company_id and h.id = any (l.house_ids)), '') as houses
    from statement_link l join staff s on s.company_id = l.company_id and s.id = l.created_by
    join community c on c.company_id = l.company_id and c.id = l.community_id
    left join resident r on r.company_id = l.company_id and r.id = l.resident_id
    where ${where} order by l.id desc limit ${pageSize} offset ${(page - 1) * pageSize}`);
  const [count] = await ctx.tx.ad<{ total: number }>(
    sql`select count(*)::int as total from statement_link l where ${where}`,
  );
  return { rows: rows.map((row) => viewLink(ctx, secret, row)), total: count!.total };
}

function viewLink(ctx: Context, secret: Buffer, row: LinkRow): EndpointReply<typeof listEndpoint>['rows'][number] {
  const state = row.revoked_at !== null ? 'revoked' : row.is_expired ? 'expired' : 'open';
  return {
    id: row.id,
    ownerName: row.owner_name,
    houses: row.houses,
    communityName: row.community_name,
    from: row.first_day,
    to: row.last_day,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    state,
    openCount: row.open_count,
    lastOpenedAt: row.last_opened_at,
    path: state === 'open' ? pathOf(ctx, secret, row.id) : '',
  };
}

/** Takes a link back; one that was taken back before stays so. Error: resource.notFound. */
export async function revokeStatementLink(ctx: Context, id: string): Promise<void> {
  const row = await ctx.tx.first<{
    community_id: string;
    resident_id: string | null;
    house_ids: string[];
    revoked_at: string | null;
  }>(
    sql`select community_id, resident_id, house_ids, revoked_at from statement_link where company_id = ${ctx.companyId} and id = ${id} for update`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '对账单链接' });
  if (row.revoked_at !== null) return;
  await ctx.tx.run(sql`update statement_link set revoked_at = ${nowText(ctx)}, revoked_by = ${ctx.actor.id}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'statementLink.revoke',
    targetKind: row.resident_id === null ? 'house' : 'resident',
    targetId: row.resident_id ?? row.house_ids[0]!,
    communityId: row.community_id,
    after: { linkId: id },
  });
}
