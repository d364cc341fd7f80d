import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';
import type { InboxRecord } from './draw-records.ts';
import { instantText } from './history.ts';
import { insertRows } from './insert-rows.ts';
import type { DemoStaff } from './write-staff.ts';

/** A demo company's SMS go to the log and nowhere else, where codes can be read. */
export async function setUpMessages(ctx: Context): Promise<void> {
  await ctx.tx.run(sql`update company set is_demo = true where id = ${ctx.companyId}`);
  await ctx.tx.run(sql`insert into message_channel (company_id, id, channel, provider, is_on, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, 'sms', 'development', true, ${nowText(ctx)})`);
}

/** What the inbox tells, as the log shows it. */
export function writeDeliveries(ctx: Context, inbox: readonly InboxRecord[], staff: DemoStaff): Promise<void> {
  return insertRows(
    ctx.tx,
    ctx.companyId,
    'message_delivery',
    {
      id: ['uuid', () => ctx.newId()],
      outbox_event_id: ['uuid', (row) => row.eventId],
      event_kind: ['text', (row) => row.kind],
      channel: ['text', () => 'inApp'],
      recipient_kind: ['text', () => 'staff'],
      recipient_id: ['uuid', (row) => staff.idOf(row.staffKey)],
      recipient_name: ['text', (row) => staff.nameOf(row.staffKey)],
      title: ['text', (row) => row.title],
      body: ['text', (row) => row.body],
      link: ['text', (row) => row.link],
      state: ['text', () => 'sent'],
      created_at: ['timestamptz', (row) => instantText(row.atMs + 1000)],
      ended_at: ['timestamptz', (row) => instantText(row.atMs + 1000)],
    },
    inbox,
  );
}
