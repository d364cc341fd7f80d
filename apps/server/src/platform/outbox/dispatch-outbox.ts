import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { OutboxEvents } from './put-event.ts';

interface InboxMessage {
  staffId: string;
  title: string;
  body: string;
  link: string;
}

/** What each kind of event puts into whose inbox. */
const inboxMessages: { [K in keyof OutboxEvents]: (payload: OutboxEvents[K]) => InboxMessage[] } = {
  'task.finished': ({ staffId, title, state, error }) => [
    {
      staffId,
      title: state === 'done' ? `${title}已完成` : state === 'cancelled' ? `${title}已停止` : `${title}失败`,
      body: error ?? '',
      link: '/system/tasks',
    },
  ],
  'receipt.taken': () => [],
  'receipt.reversed': ({ cashierStaffId, number, reason }) => [
    {
      staffId: cashierStaffId,
      title: `收据 ${number} 已撤销`,
      body: `原因：${reason}`,
      link: `/cashier/receipts?q=${number}`,
    },
  ],
  'approval.waiting': ({ approvalId, staffIds, title, requesterName, reason }) =>
    staffIds.map((staffId) => ({
      staffId,
      title: `待您审批：${title}`,
      body: `${requesterName} 申请，理由：${reason}`,
      link: `/approvals?id=${approvalId}`,
    })),
  'approval.decided': ({ approvalId, staffId, title, state, deciderName, note }) => [
    {
      staffId,
      title: `${approvalResults[state]}：${title}`,
      body: state === 'invalid' ? note : `${deciderName}${note === '' ? '' : `：${note}`}`,
      link: `/approvals?view=requested&id=${approvalId}`,
    },
  ],
};

const approvalResults = { approved: '审批已通过', rejected: '审批被驳回', invalid: '审批已失效' } as const;

/**
 * Takes up waiting events of a company, at most 500 in one go, and returns how many. Runs at least once per event;
 * the unique key of `message` makes the effect happen once.
 */
export async function dispatchOutbox(ctx: Context): Promise<number> {
  const events = await ctx.tx.rows<{ id: string; kind: keyof OutboxEvents; payload: never }>(sql`
    select id, kind, payload from outbox_event where company_id = ${ctx.companyId} and dispatched_at is null
    order by id limit 500 for update skip locked`);
  for (const event of events) {
    for (const message of inboxMessages[event.kind](event.payload)) {
      await ctx.tx.run(sql`insert into message (company_id, id, staff_id, outbox_event_id, title, body, link, created_at)
        values (${ctx.companyId}, ${ctx.newId()}, ${message.staffId}, ${event.id}, ${message.title}, ${message.body}, ${message.link}, ${nowText(ctx)})
        on conflict (company_id, outbox_event_id, staff_id) do nothing`);
    }
  }
  await ctx.tx.run(sql`update outbox_event set dispatched_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = any (${events.map((event) => event.id)}::uuid[])`);
  return events.length;
}
