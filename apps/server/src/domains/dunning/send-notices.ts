import type { DunningReason, DunningSetting } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { enqueueJob } from '../../platform/jobs/enqueue-job.ts';
import { eventInsert } from '../../platform/outbox/put-event.ts';
import { readSetting } from './dunning-setting.ts';
import { type Hold, readHolds, takeTurns } from './hold-back.ts';
import { readSmsLeft } from './sms-balance.ts';
import { type NoticeDraft, type WeighedNotice, weighNotices } from './weigh-notices.ts';

interface WaitingRow {
  id: string;
  target_id: string;
  channel: NoticeDraft['channel'];
  bill_ids: string[];
  newcomer_id: string | null;
}

interface Decision {
  weighed: WeighedNotice;
  state: 'sent' | 'held' | 'unreachable' | 'settled';
  reason: DunningReason | '';
  hold?: Hold | undefined;
  eventId?: string;
}

const chunkNotices = 100;

/**
 * Decides and sends the next hundred waiting notices that meet a condition on `n`, and returns how many; 0 when none is
 * left or others are at the rest. What a notice became, its turn and its message are written in this one transaction: it
 * may be interrupted and repeated anywhere, and several may work at once.
 */
export async function sendNotices(ctx: Context, where: Sql): Promise<number> {
  const rows = await ctx.tx.rows<WaitingRow>(sql`
    select n.id, n.target_id, n.channel, n.bill_ids, n.newcomer_id from dunning_notice n
    where n.company_id = ${ctx.companyId} and n.state = 'waiting' and ${where}
    order by n.target_id, n.channel, n.id limit ${chunkNotices} for no key update skip locked`);
  if (rows.length === 0) return 0;
  const setting = await readSetting(ctx);
  const drafts = firstOfEach(rows).map((row) => ({
    id: row.id,
    targetId: row.target_id,
    channel: row.channel,
    billIds: row.bill_ids,
    newcomerId: row.newcomer_id,
  }));
  const weighed = await weighNotices(ctx, setting, drafts);
  await dropGone(ctx, drafts, weighed);
  const decisions = await decide(ctx, setting, weighed);
  for (const one of decisions) {
    if (one.state !== 'sent') continue;
    one.eventId = ctx.newId();
    await ctx.tx.run(eventInsert(ctx, 'bill.dunned', one.weighed.payload, one.eventId));
  }
  await writeDecisions(ctx, setting, decisions);
  if (decisions.some((one) => one.state === 'sent'))
    await enqueueJob(ctx, 'dispatchOutbox', {}, `outbox ${ctx.companyId}`);
  return rows.length;
}

/** Of several runs that wait for one household and channel, one after the other: the rest wait on. */
function firstOfEach(rows: readonly WaitingRow[]): WaitingRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = `${row.target_id} ${row.channel}`;
    const isFirst = row.newcomer_id !== null || !seen.has(key);
    if (row.newcomer_id === null) seen.add(key);
    return isFirst;
  });
}

/** A household that is no more has nothing to pay. */
async function dropGone(
  ctx: Context,
  drafts: readonly NoticeDraft[],
  weighed: readonly WeighedNotice[],
): Promise<void> {
  const known = new Set(weighed.map((one) => one.draft.id));
  const gone = drafts.filter((one) => !known.has(one.id)).map((one) => one.id);
  if (gone.length === 0) return;
  await ctx.tx.run(sql`update dunning_notice set state = 'settled', reason = 'settled'
    where company_id = ${ctx.companyId} and id = any (${gone}::uuid[])`);
}

async function decide(ctx: Context, setting: DunningSetting, weighed: readonly WeighedNotice[]): Promise<Decision[]> {
  const decisions = new Map<string, Decision>();
  const refuse = (one: WeighedNotice, reason: DunningReason, hold?: Hold) => {
    const state =
      reason === 'settled' ? 'settled' : reason === 'limited' || reason === 'noBalance' ? 'held' : 'unreachable';
    decisions.set(one.draft.id, { weighed: one, state, reason, hold });
  };
  const holdOf = await readHolds(ctx, setting, weighed);
  const isBound = ({ draft }: WeighedNotice) => draft.newcomerId === null;
  let left = weighed.some(({ draft }) => draft.channel === 'sms') ? await readSmsLeft(ctx, true) : null;
  const wanted: WeighedNotice[] = [];
  for (const one of weighed) {
    const hold = isBound(one) ? holdOf(one) : undefined;
    if (one.refusal !== null) refuse(one, one.refusal);
    else if (hold) refuse(one, 'limited', hold);
    else if (left !== null && one.smsPieces > left) refuse(one, 'noBalance');
    else {
      if (left !== null) left -= one.smsPieces;
      wanted.push(one);
    }
  }
  const turns = await takeTurns(ctx, setting, wanted.filter(isBound));
  const late = wanted.filter((one) => isBound(one) && !turns.has(one.draft.id));
  // Somebody else told them since they were looked at.
  const lateHoldOf = late.length > 0 ? await readHolds(ctx, setting, late) : () => undefined;
  for (const one of late) refuse(one, 'limited', lateHoldOf(one));
  for (const one of wanted)
    if (!decisions.has(one.draft.id)) decisions.set(one.draft.id, { weighed: one, state: 'sent', reason: '' });
  return [...decisions.values()];
}

async function writeDecisions(ctx: Context, setting: DunningSetting, decisions: readonly Decision[]): Promise<void> {
  const now = ctx.clock.now();
  const facts = decisions.map(({ weighed, state, reason, hold, eventId }) => ({
    id: weighed.draft.id,
    state,
    reason,
    held_since: hold?.since ?? null,
    held_until: hold?.until ?? null,
    day: weighed.day,
    // A notice that asks for nothing any more keeps what it was meant to ask for.
    bill_ids: weighed.billIds.length > 0 ? weighed.billIds : weighed.draft.billIds,
    principal_fen: weighed.principalFen.toString(),
    late_fee_fen: weighed.lateFeeFen.toString(),
    sms_pieces: state === 'sent' ? weighed.smsPieces : 0,
    recipient_ids: state === 'sent' ? weighed.recipientIds : [],
    outbox_event_id: eventId ?? null,
  }));
  await ctx.tx.run(sql`
    update dunning_notice n set state = x.state, reason = x.reason, held_since = x.held_since, held_until = x.held_until, day = x.day, bill_ids = x.bill_ids,
      principal_fen = x.principal_fen, late_fee_fen = x.late_fee_fen, sms_pieces = x.sms_pieces, recipient_ids = x.recipient_ids,
      outbox_event_id = x.outbox_event_id, sent_at = case when x.state = 'sent' then ${nowText(ctx)}::timestamptz end,
      expires_at = case when x.state = 'sent' then ${now.add({ hours: 24 * setting.linkDays }).toString()}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(facts)}::jsonb) x (id uuid, state text, reason text, held_since date, held_until date, day date, bill_ids uuid[],
      principal_fen bigint, late_fee_fen bigint, sms_pieces int, recipient_ids uuid[], outbox_event_id uuid)
    where n.company_id = ${ctx.companyId} and n.id = x.id`);
}
