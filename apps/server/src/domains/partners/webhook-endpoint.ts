import { randomBytes } from 'node:crypto';
import {
  partnerFail,
  partnerScopes,
  platformFail,
  type WebhookEndpointView,
  type WebhookEvent,
  webhookEvents,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { urlProblem } from '../../platform/webhooks/guard-address.ts';
import { endpointSecretPlace } from '../../platform/webhooks/send-webhooks.ts';
import { type LockedGrant, lockGrant } from './grant-app.ts';
import { numberEvents } from './number-events.ts';
import { requireCommunity } from './open-platform.queries.ts';

const label = '推送地址';
const mostEndpoints = 5;

interface Setting {
  url: string;
  events: readonly WebhookEvent[];
}

/** Endpoints of a community and how their pushes stand. Errors: reference.notFound, scope.wholeCommunity. */
export async function listEndpoints(ctx: Context, communityId: string): Promise<WebhookEndpointView[]> {
  await requireCommunity(ctx, communityId);
  return ctx.tx.rows<WebhookEndpointView>(sql`
    select w.id, w.partner_grant_id as "partnerGrantId", a.name as "appName", w.url, w.events, w.is_on as "isOn",
      g.revoked_at is null and w.secret_sealed is not null as "isUsable", w.version, w.created_at as "createdAt",
      (select count(*)::int from webhook_delivery d where d.company_id = w.company_id and d.webhook_endpoint_id = w.id and d.ended_at is null) as "waitingCount",
      (select count(*)::int from webhook_delivery d where d.company_id = w.company_id and d.webhook_endpoint_id = w.id and d.state = 'givenUp') as "givenUpCount"
    from webhook_endpoint w join partner_grant g on g.company_id = w.company_id and g.id = w.partner_grant_id
      join partner_app a on a.company_id = g.company_id and a.id = g.partner_app_id
    where w.company_id = ${ctx.companyId} and w.community_id = ${communityId} and g.revoked_at is null order by a.name, w.created_at, w.id`);
}

/**
 * Makes an endpoint, told of what happens from now on. The secret is given once. `hasEmulator` as in `AddressRule`. Errors: reference.notFound,
 * partnerGrant.revoked, webhook.badUrl, webhook.eventNotGranted (422), webhook.tooMany (409).
 */
export async function createEndpoint(
  ctx: Context,
  { partnerGrantId, ...setting }: Setting & { partnerGrantId: string },
  hasEmulator: boolean,
): Promise<{ id: string; secret: string }> {
  const grant = await lockGrant(ctx, partnerGrantId, platformFail('reference.notFound', { label: '授权' }));
  check(grant, setting, hasEmulator);
  const count = await ctx.tx.first<{ count: number }>(sql`select count(*)::int as count from webhook_endpoint
    where company_id = ${ctx.companyId} and partner_grant_id = ${grant.id}`);
  if ((count?.count ?? 0) >= mostEndpoints) throw partnerFail('webhook.tooMany', { most: mostEndpoints });
  const id = ctx.newId();
  const secret = newSecret();
  const told = await numberEvents(ctx, grant.communityId);
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into webhook_endpoint (company_id, id, community_id, partner_grant_id, url, events, secret_sealed, told_sequence, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${grant.communityId}, ${grant.id}, ${setting.url}, ${unique(setting.events)}::text[],
      ${ctx.vault.seal(secret, endpointSecretPlace(ctx.companyId, id))}, ${told}, ${now}, ${now})`);
  await audit(ctx, 'create', id, grant, setting);
  return { id, secret };
}

/** What happened while an endpoint was off is not told afterwards. Errors: resource.notFound, resource.changed, webhook.badUrl, webhook.eventNotGranted. */
export async function updateEndpoint(
  ctx: Context,
  id: string,
  { version, isOn, ...setting }: Setting & { isOn: boolean; version: number },
  hasEmulator: boolean,
): Promise<void> {
  const { grant, ...before } = await lockEndpoint(ctx, id);
  if (before.version !== version) throw platformFail('resource.changed', { label });
  check(grant, setting, hasEmulator);
  const told = isOn && !before.isOn ? await numberEvents(ctx, grant.communityId) : before.told;
  await ctx.tx.run(sql`update webhook_endpoint set url = ${setting.url}, events = ${unique(setting.events)}::text[], is_on = ${isOn},
      told_sequence = ${told}, version = version + 1, updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'update', id, grant, { ...setting, isOn });
}

/** Errors: resource.notFound. */
export async function renewSecret(ctx: Context, id: string): Promise<{ secret: string }> {
  const { grant } = await lockEndpoint(ctx, id);
  const secret = newSecret();
  await ctx.tx.run(sql`update webhook_endpoint set secret_sealed = ${ctx.vault.seal(secret, endpointSecretPlace(ctx.companyId, id))},
      version = version + 1, updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'renewSecret', id, grant, undefined);
  return { secret };
}

async function lockEndpoint(
  ctx: Context,
  id: string,
): Promise<{ grant: LockedGrant; version: number; isOn: boolean; told: bigint }> {
  const notFound = platformFail('resource.notFound', { label });
  const found = await ctx.tx.first<{ grantId: string }>(
    sql`select partner_grant_id as "grantId" from webhook_endpoint where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (!found) throw notFound;
  const grant = await lockGrant(ctx, found.grantId, notFound);
  const row = await ctx.tx.first<{ version: number; isOn: boolean; told: bigint }>(sql`
    select version, is_on as "isOn", told_sequence as told from webhook_endpoint where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw notFound;
  return { grant, ...row };
}

function check(grant: LockedGrant, { url, events }: Setting, hasEmulator: boolean): void {
  const reason = urlProblem(url, { hasEmulator });
  if (reason !== null) throw partnerFail('webhook.badUrl', { reason });
  for (const event of events) {
    const { label: name, scope } = webhookEvents[event];
    if (!grant.scopes.includes(scope))
      throw partnerFail('webhook.eventNotGranted', { event: name, scope: partnerScopes[scope].label });
  }
}

/** As Standard Webhooks writes them: 192 bits and more. */
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

function audit(ctx: Context, verb: string, id: string, grant: LockedGrant, after: object | undefined): Promise<void> {
  return recordAudit(ctx, {
    action: `webhookEndpoint.${verb}`,
    targetKind: 'webhookEndpoint',
    targetId: id,
    targetLabel: grant.appName,
    communityId: grant.communityId,
    after,
  });
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
