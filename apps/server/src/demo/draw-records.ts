import { type Fen, formatYuan } from '@anlin/money';
import { fillPattern, insertSequence } from '../platform/numbers/next-number.ts';
import type { RaisingRun } from './draw-bills.ts';
import type { Community } from './draw-estate.ts';
import type { Payment } from './draw-payments.ts';
import { type History, timeZone } from './history.ts';

/** A payment with its number, in the order money was taken. */
export interface NumberedReceipt {
  id: string;
  number: string;
  payment: Payment;
  reversalId: string | null;
}

export interface Counter {
  id: string;
  communityId: string;
  scope: string;
  lastValue: number;
}

const pattern = '{community}{yyyy}{mm}-{seq:6}';

/** Numbers the payments without gaps, community by community and month by month, in the order they were taken. */
export function numberReceipts(
  history: History,
  communities: readonly Community[],
  payments: readonly Payment[],
): { receipts: NumberedReceipt[]; counters: Counter[] } {
  const codes = new Map(communities.map((community) => [community.id, community.plan.code]));
  const counters = new Map<string, Counter>();
  const inOrder = [...payments].sort((left, right) => left.atMs - right.atMs);
  const receipts = inOrder.map((payment): NumberedReceipt => {
    const { communityId } = payment;
    const scope = fillPattern(pattern, codes.get(communityId)!, Temporal.PlainDate.from(payment.receivedOn));
    const counter = counters.get(scope) ?? { id: history.newId(), communityId, scope, lastValue: 0 };
    counter.lastValue += 1;
    counters.set(scope, counter);
    const number = insertSequence(scope, BigInt(counter.lastValue));
    return { id: history.newId(), number, payment, reversalId: payment.reversal ? history.newId() : null };
  });
  return { receipts, counters: [...counters.values()] };
}

export interface AuditRecord {
  id: string;
  atMs: number;
  /** Key of the staff; null for the system. */
  actorKey: string | null;
  action: string;
  targetKind: string;
  targetId: string | null;
  targetLabel: string;
  communityId: string | null;
  before: unknown;
  after: unknown;
}

/** Who did what, in the order it happened, as the use cases would have recorded it. */
export function drawAudit(
  history: History,
  communities: readonly Community[],
  runs: readonly RaisingRun[],
  receipts: readonly NumberedReceipt[],
  people: { chargingKey: string; adminKey: string },
): AuditRecord[] {
  const facts: Omit<AuditRecord, 'id'>[] = [
    ...communities.map((community) => ({
      atMs: history.instantMs(history.start, 7 * 60 + community.sortOrder),
      actorKey: people.adminKey,
      action: 'community.create',
      targetKind: 'community',
      targetId: community.id,
      targetLabel: community.plan.name,
      communityId: community.id,
      before: null,
      after: { houses: community.houses.length, parkingSpaces: community.parkingSpaces.length },
    })),
    ...runs.map((run) => ({
      atMs: run.atMs,
      actorKey: people.chargingKey,
      action: 'bill.raise',
      targetKind: 'raisingRun',
      targetId: run.id,
      targetLabel: run.month.slice(0, 7),
      communityId: run.communityId,
      before: null,
      after: {
        chargeItemIds: run.itemIds,
        billCount: run.billCount,
        sum: formatYuan(run.sumFen as Fen),
        failedCount: 0,
        raisedHow: 'manual',
      },
    })),
    ...receipts.flatMap(receiptFacts),
  ];
  return facts.sort((left, right) => left.atMs - right.atMs).map((fact) => ({ ...fact, id: history.newId() }));
}

function receiptFacts({ id, number, payment }: NumberedReceipt): Omit<AuditRecord, 'id'>[] {
  const { parts, receivedOn, communityId, reversal } = payment;
  const total = formatYuan(payment.totalFen as Fen);
  const about = { targetKind: 'receipt', targetId: id, targetLabel: number, communityId, actorKey: payment.cashierKey };
  const after = { total, billCount: parts.length, receivedOn };
  const taken = { ...about, atMs: payment.atMs, action: 'receipt.take', before: null, after };
  if (!reversal) return [taken];
  const undone = { state: 'reversed', total, billCount: parts.length, reason: reversal.reason };
  return [
    taken,
    { ...about, atMs: reversal.atMs, action: 'receipt.reverse', before: { state: 'valid' }, after: undone },
  ];
}

export interface InboxRecord {
  eventId: string;
  messageId: string;
  atMs: number;
  staffKey: string;
  kind: 'task.finished' | 'receipt.reversed';
  payload: Record<string, unknown>;
  title: string;
  body: string;
  link: string;
  isRead: boolean;
}

/** What the outbox told people: raisings that ended, receipts that were reversed. Those of the last days are unread. */
export function drawInbox(
  history: History,
  runs: readonly RaisingRun[],
  receipts: readonly NumberedReceipt[],
  staff: { chargingKey: string; idOf(key: string): string },
): InboxRecord[] {
  const raised = runs.map((run) => {
    const staffId = staff.idOf(staff.chargingKey);
    return {
      atMs: run.atMs + 20_000,
      staffKey: staff.chargingKey,
      kind: 'task.finished' as const,
      payload: { taskId: run.taskId, staffId, title: run.title, state: 'done', error: null },
      title: `${run.title}已完成`,
      body: '',
      link: '/system/tasks',
    };
  });
  const reversed = receipts.flatMap(({ id, number, payment }) =>
    payment.reversal === null
      ? []
      : [
          {
            atMs: payment.reversal.atMs,
            staffKey: payment.cashierKey,
            kind: 'receipt.reversed' as const,
            payload: {
              receiptId: id,
              communityId: payment.communityId,
              totalFen: payment.totalFen.toString(),
              cashierStaffId: staff.idOf(payment.cashierKey),
              number,
              reason: payment.reversal.reason,
            },
            title: `收据 ${number} 已撤销`,
            body: `原因：${payment.reversal.reason}`,
            link: `/cashier/receipts?q=${number}`,
          },
        ],
  );
  const unreadSince = history.today.subtract({ days: 30 }).toZonedDateTime(timeZone).epochMilliseconds;
  return [...raised, ...reversed]
    .sort((left, right) => left.atMs - right.atMs)
    .map((one) => ({ ...one, eventId: history.newId(), messageId: history.newId(), isRead: one.atMs < unreadSince }));
}
