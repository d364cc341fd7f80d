import type { EndpointReply, EndpointRequest, listOfficialFollowers } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import { readChannel } from '../../platform/messages/read-channel.ts';
import { maskAddress } from '../../platform/messages/recipients.ts';
import { likeText } from '../../resource/index.ts';

type Query = EndpointRequest<typeof listOfficialFollowers>['query'];

interface Row {
  id: string;
  openId: string;
  isFollowing: boolean;
  followedAt: string | null;
  leftAt: string | null;
  lastSeenAt: string | null;
  isBound: boolean;
  residentId: string | null;
  residentName: string | null;
  communityNames: string[];
}

/** With whom an openid was bound last. */
const tables = raw(`official_follower f
  left join lateral (select a.id, a.company_id, a.resident_id from channel_address a where a.company_id = f.company_id and a.channel = 'wechat'
    and a.address = f.open_id order by a.created_at desc, a.id desc limit 1) a on true
  left join resident r on r.company_id = a.company_id and r.id = a.resident_id`);

/** Days of a company's account are those of Shanghai. */
const zone = 'Asia/Shanghai';

/**
 * Who follows the account, the newest first. Whether somebody is bound everybody who may look sees; the name of a resident only who
 * sees the resident.
 */
export async function listFollowers(ctx: Context, query: Query): Promise<EndpointReply<typeof listOfficialFollowers>> {
  const appId = (await readChannel(ctx, 'wechat'))?.settings.appId ?? '';
  const where = join(conditionsOf(ctx, appId, query), ' and ');
  const rows = await ctx.tx.ad<Row>(sql`
    select f.id, f.open_id as "openId", f.is_following as "isFollowing", f.followed_at as "followedAt", f.left_at as "leftAt",
      f.last_seen_at as "lastSeenAt", a.id is not null as "isBound", r.id as "residentId", r.name as "residentName",
      array(select distinct c.name from occupancy o join house h on h.company_id = o.company_id and h.id = o.house_id
        join community c on c.company_id = h.company_id and c.id = h.community_id
        where o.company_id = r.company_id and o.resident_id = r.id and o.moved_out_on is null order by 1) as "communityNames"
    from ${tables} where ${where}
    order by f.followed_at desc nulls last, f.id desc limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}`);
  const [count] = await ctx.tx.ad<{ total: number }>(sql`select count(*)::int as total from ${tables} where ${where}`);
  return {
    total: count!.total,
    rows: rows.map(({ openId, isFollowing, ...row }) => ({
      ...row,
      openIdMasked: maskAddress(openId),
      state: isFollowing ? 'following' : 'left',
    })),
  };
}

function conditionsOf(ctx: Context, appId: string, { state, bound, q, from, to }: Query): Sql[] {
  const conditions: Sql[] = [sql`f.company_id = ${ctx.companyId}`, sql`f.app_id = ${appId}`];
  if (state) conditions.push(sql`f.is_following = ${state === 'following'}`);
  if (bound) conditions.push(bound === 'yes' ? sql`a.id is not null` : sql`a.id is null`);
  if (q) conditions.push(sql`r.name ilike ${`%${likeText(q)}%`}`);
  if (from) conditions.push(sql`f.followed_at >= (${from}::date::timestamp at time zone ${zone})`);
  if (to) conditions.push(sql`f.followed_at < ((${to}::date + 1)::timestamp at time zone ${zone})`);
  return conditions;
}
