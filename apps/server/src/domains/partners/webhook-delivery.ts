import {
  type EndpointReply,
  type EndpointRequest,
  type getWebhookDelivery,
  type listWebhookDeliveries,
  partnerFail,
  platformFail,
  type WebhookDeliveryView,
  webhookStates,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import { enqueueJob } from '../../platform/jobs/enqueue-job.ts';
import { requireCommunity } from './open-platform.queries.ts';

const label = '推送';

const columns =
  raw(`d.id, w.url, a.name as "appName", d.event_id as "eventId", d.event_kind as "eventKind", d.state, d.attempt_count as "attemptCount",
  d.next_attempt_at as "nextAttemptAt", d.last_answer as "lastAnswer", d.created_at as "createdAt", d.ended_at as "endedAt"`);
const tables =
  raw(`webhook_delivery d join webhook_endpoint w on w.company_id = d.company_id and w.id = d.webhook_endpoint_id
  join partner_grant g on g.company_id = w.company_id and g.id = w.partner_grant_id
  join partner_app a on a.company_id = g.company_id and a.id = g.partner_app_id`);

/** Pushes of a community, the newest first. Errors: reference.notFound, scope.wholeCommunity. */
export async function listPushes(
  ctx: Context,
  { communityId, state, page, pageSize }: EndpointRequest<typeof listWebhookDeliveries>['query'],
): Promise<EndpointReply<typeof listWebhookDeliveries>> {
  await requireCommunity(ctx, communityId);
  const conditions: Sql[] = [sql`d.company_id = ${ctx.companyId}`, sql`d.community_id = ${communityId}`];
  if (state) conditions.push(sql`d.state = ${state}`);
  const where = join(conditions, ' and ');
  const rows = await ctx.tx.ad<WebhookDeliveryView>(sql`select ${columns} from ${tables} where ${where}
    order by d.created_at desc, d.id desc limit ${pageSize} offset ${(page - 1) * pageSize}`);
  const [count] = await ctx.tx.ad<{ total: number }>(
    sql`select count(*)::int as total from webhook_delivery d where ${where}`,
  );
  return { rows, total: count?.total ?? 0 };
}

/** Error: resource.notFound. */
export async function readPush(ctx: Context, id: string): Promise<EndpointReply<typeof getWebhookDelivery>> {
  const row = await ctx.tx.first<WebhookDeliveryView & { body: string }>(
    sql`select ${columns}, d.body from ${tables} where d.company_id = ${ctx.companyId} and d.id = ${id}`,
  );
  if (!row) throw platformFail('resource.notFound', { label });
  const attempts = await ctx.tx.rows<EndpointReply<typeof getWebhookDelivery>['attempts'][number]>(sql`
    select number, started_at as "startedAt", (extract(epoch from ended_at - started_at) * 1000)::int as milliseconds, status, answer
    from webhook_attempt where company_id = ${ctx.companyId} and webhook_delivery_id = ${id} order by number, id`);
  return { ...row, attempts };
}

/** Once more by hand, under the same event id: what was given up, or waits for its next try. Errors: resource.notFound, webhook.notResendable. */
export async function resendPush(ctx: Context, id: string): Promise<void> {
  const row = await ctx.tx.first<{ state: keyof typeof webhookStates; communityId: string; eventKind: string }>(sql`
    select state, community_id as "communityId", event_kind as "eventKind" from webhook_delivery where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw platformFail('resource.notFound', { label });
  if (row.state !== 'givenUp' && row.state !== 'failed')
    throw partnerFail('webhook.notResendable', { state: webhookStates[row.state] });
  await ctx.tx.run(sql`update webhook_delivery set state = 'waiting', next_attempt_at = ${nowText(ctx)}, ended_at = null
    where company_id = ${ctx.companyId} and id = ${id}`);
  await enqueueJob(ctx, 'sendWebhooks', {}, `webhooks ${ctx.companyId}`);
  await recordAudit(ctx, {
    action: 'webhookDelivery.resend',
    targetKind: 'webhookDelivery',
    targetId: id,
    targetLabel: row.eventKind,
    communityId: row.communityId,
  });
}
