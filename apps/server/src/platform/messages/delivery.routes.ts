import * as contract from '@anlin/contract';
import { type AttemptView, type DeliveryView, platformFail } from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { empty, sql } from '../database/sql.ts';
import { type Route, route } from '../http/route.ts';
import { enqueueJob } from '../jobs/enqueue-job.ts';
import { eventName } from './event-kinds.ts';

interface DeliveryRow {
  id: string;
  event_kind: string;
  channel: DeliveryView['channel'];
  state: DeliveryView['state'];
  recipient_kind: DeliveryView['recipientKind'];
  recipient_name: string;
  address_masked: string;
  community_label: string | null;
  title: string;
  body: string;
  attempt_count: number;
  next_attempt_at: string | null;
  last_answer: string;
  created_at: string;
  ended_at: string | null;
}

const columns = sql`d.id, d.event_kind, d.channel, d.state, d.recipient_kind, d.recipient_name, d.address_masked,
  c.name as community_label, d.title, d.body, d.attempt_count, d.next_attempt_at, d.last_answer, d.created_at, d.ended_at`;
const from = sql`from message_delivery d left join community c on c.company_id = d.company_id and c.id = d.community_id`;

const viewDelivery = (row: DeliveryRow): DeliveryView => ({
  id: row.id,
  eventKind: row.event_kind,
  eventName: eventName(row.event_kind),
  channel: row.channel,
  state: row.state,
  recipientKind: row.recipient_kind,
  recipientName: row.recipient_name,
  addressMasked: row.address_masked,
  communityLabel: row.community_label,
  title: row.title,
  body: row.body,
  attemptCount: row.attempt_count,
  nextAttemptAt: row.next_attempt_at,
  lastAnswer: row.last_answer,
  createdAt: row.created_at,
  endedAt: row.ended_at,
});

async function findDelivery(ctx: Context, id: string): Promise<DeliveryRow> {
  const row = await ctx.tx.first<DeliveryRow>(
    sql`select ${columns} ${from} where d.company_id = ${ctx.companyId} and d.id = ${id}`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '推送记录' });
  return row;
}

/** A person's own judgement that it should go out again: eight more tries, from now. */
async function resend(ctx: Context, id: string): Promise<void> {
  await ctx.tx.rows(sql`select id from message_delivery where company_id = ${ctx.companyId} and id = ${id} for update`);
  const row = await findDelivery(ctx, id);
  if (row.state !== 'givenUp' && row.state !== 'failed')
    throw platformFail('delivery.notResendable', { state: contract.deliveryStates[row.state] });
  if (row.event_kind === 'channel.tested' || row.event_kind === 'signIn.code')
    throw platformFail('delivery.notResendable', { state: `是“${eventName(row.event_kind)}”` });
  await ctx.tx.run(sql`update message_delivery set state = 'waiting', next_attempt_at = ${nowText(ctx)}, ended_at = null
    where company_id = ${ctx.companyId} and id = ${id}`);
  await enqueueJob(ctx, 'sendMessages', {}, `messages ${ctx.companyId}`);
  await recordAudit(ctx, {
    action: 'messageDelivery.resend',
    targetKind: 'messageDelivery',
    targetId: id,
    targetLabel: row.title,
  });
}

interface AttemptRow {
  number: number;
  started_at: string;
  ended_at: string | null;
  outcome: AttemptView['outcome'];
  code: string;
  answer: string;
}

/** 消息推送记录: every delivery with every attempt (PLT-14). */
export const deliveryRoutes: Route[] = [
  route(contract.listDeliveries, async (ctx, { query }) => {
    const { q, channel, state, eventKind, page, pageSize } = query;
    const where = sql`where d.company_id = ${ctx.companyId}
      ${q ? sql`and (d.recipient_name ilike ${`%${q}%`} or d.address_masked ilike ${`%${q}`})` : empty}
      ${channel ? sql`and d.channel = ${channel}` : empty}
      ${state ? sql`and d.state = ${state}` : empty}
      ${eventKind ? sql`and d.event_kind = ${eventKind}` : empty}
      ${query.from ? sql`and d.created_at >= ${query.from}::date at time zone 'Asia/Shanghai'` : empty}
      ${query.to ? sql`and d.created_at < (${query.to}::date + 1) at time zone 'Asia/Shanghai'` : empty}`;
    const [count] = await ctx.tx.ad<{ total: number }>(
      sql`select count(*)::int as total from message_delivery d ${where}`,
    );
    const rows = await ctx.tx.ad<DeliveryRow>(sql`select ${columns} ${from} ${where}
      order by d.created_at desc, d.id desc limit ${pageSize} offset ${(page - 1) * pageSize}`);
    const kinds = await ctx.tx.ad<{ kind: string }>(
      sql`select distinct event_kind as kind from message_delivery where company_id = ${ctx.companyId} order by 1`,
    );
    return {
      rows: rows.map(viewDelivery),
      total: count!.total,
      events: kinds.map(({ kind }) => ({ kind, name: eventName(kind) })),
    };
  }),
  route(contract.getDelivery, async (ctx, { params }) => {
    const row = await findDelivery(ctx, params.id);
    const attempts =
      await ctx.tx.rows<AttemptRow>(sql`select number, started_at, ended_at, outcome, code, answer from message_attempt
      where company_id = ${ctx.companyId} and message_delivery_id = ${params.id} order by number`);
    return {
      ...viewDelivery(row),
      attempts: attempts.map(({ started_at, ended_at, ...rest }) => ({
        ...rest,
        startedAt: started_at,
        endedAt: ended_at,
      })),
    };
  }),
  route(contract.resendDelivery, async (ctx, { params }) => {
    await resend(ctx, params.id);
    return contract.okReply;
  }),
];
