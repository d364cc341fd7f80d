import type { Context } from '../platform/context.ts';
import type { AuditRecord, InboxRecord } from './draw-records.ts';
import { instantText } from './history.ts';
import { insertRows } from './insert-rows.ts';
import type { DemoStaff } from './write-staff.ts';

/** Writes the audit entries, and the events of the outbox as they were told to people. */
export async function writeRecords(
  ctx: Context,
  { audit, inbox, staff }: { audit: readonly AuditRecord[]; inbox: readonly InboxRecord[]; staff: DemoStaff },
): Promise<void> {
  const { tx, companyId } = ctx;
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  await insertRows(
    tx,
    companyId,
    'audit_entry',
    {
      id: ['uuid', (row) => row.id],
      at: ['timestamptz', (row) => instantText(row.atMs)],
      actor_kind: ['text', (row) => (row.actorKey === null ? 'system' : 'staff')],
      actor_id: ['uuid', (row) => (row.actorKey === null ? null : staff.idOf(row.actorKey))],
      actor_name: ['text', (row) => (row.actorKey === null ? '系统' : staff.nameOf(row.actorKey))],
      action: ['text', (row) => row.action],
      target_kind: ['text', (row) => row.targetKind],
      target_id: ['uuid', (row) => row.targetId],
      target_label: ['text', (row) => row.targetLabel],
      community_id: ['uuid', (row) => row.communityId],
      before: ['jsonb', (row) => json(row.before)],
      after: ['jsonb', (row) => json(row.after)],
    },
    audit,
  );
  await insertRows(
    tx,
    companyId,
    'outbox_event',
    {
      id: ['uuid', (row) => row.eventId],
      kind: ['text', (row) => row.kind],
      payload: ['jsonb', (row) => JSON.stringify(row.payload)],
      created_at: ['timestamptz', (row) => instantText(row.atMs)],
      dispatched_at: ['timestamptz', (row) => instantText(row.atMs + 1000)],
    },
    inbox,
  );
  await insertRows(
    tx,
    companyId,
    'message',
    {
      id: ['uuid', (row) => row.messageId],
      staff_id: ['uuid', (row) => staff.idOf(row.staffKey)],
      outbox_event_id: ['uuid', (row) => row.eventId],
      title: ['text', (row) => row.title],
      body: ['text', (row) => row.body],
      link: ['text', (row) => row.link],
      created_at: ['timestamptz', (row) => instantText(row.atMs + 1000)],
      read_at: ['timestamptz', (row) => (row.isRead ? instantText(row.atMs + 3_600_000) : null)],
    },
    inbox,
  );
}
