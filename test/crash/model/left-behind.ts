import type { Answer, Request } from './operation.ts';
import { advancedBills, batchOf, offsetOf, ownerOf, raisedBy } from './reply.ts';
import { noteDown } from './send.ts';
import { query, type World } from './world.ts';

/**
 * What a request without a key left behind when a crash took its answer: its document, found by the words only it used. Null:
 * it came to nothing. Asked when nothing of the time before the crash runs any more.
 */
export async function findLeftBehind(world: World, request: Request): Promise<Answer | null> {
  const told = await find(world, request);
  if (!told) return null;
  noteDown(world, request, told);
  return { isDone: true, told };
}

const traces: Partial<Record<Request['kind'], string>> = {
  rejectInvoice: 'select 1 from invoice where reason = $1',
  reduce: 'select 1 from bill_reduction where reason = $1 and amount_fen > 0',
  takeBackWaiver: 'select 1 from bill_reduction where reason = $1 and amount_fen < 0',
  edit: 'select 1 from bill_edit where reason = $1',
  voidBill: 'select 1 from bill_void where reason = $1',
  restoreBill: 'select 1 from bill_restoration where reason = $1',
  reverse: "select 1 from receipt_reversal where reason = $1 and kind = 'reverse'",
  void: "select 1 from receipt_reversal where reason = $1 and kind = 'void'",
  restore: 'select 1 from receipt_restoration where reason = $1',
  movePrepaid: "select 1 from prepaid_movement where kind = 'moveOut' and right(note, length($1)) = $1",
  keepDeposit: "select 1 from deposit_movement where reason = $1 and kind = 'toPrepaid'",
  forfeitDeposit: "select 1 from deposit_movement where reason = $1 and kind = 'forfeit'",
};

type Told = Extract<Answer, { isDone: true }>['told'];

async function find(world: World, request: Request): Promise<Told | null> {
  const { communityId, standardId } = world.site;
  const { receipts, closingIds, taskIds, billIds, batches } = world.notebook;
  const known = new Set([...receipts.map((one) => one.id), ...closingIds, ...taskIds]);
  const unknown = async (text: string, values: unknown[]) =>
    (await query<{ id: string }>(world, text, values)).find((row) => !known.has(row.id))?.id;
  switch (request.kind) {
    case 'raise': {
      const id = await unknown("select id from task where community_id = $1 and kind = 'raiseBills' order by id", [
        communityId,
      ]);
      if (id === undefined) return null;
      taskIds.push(id);
      return raisedBy(world, id);
    }
    case 'waive': {
      if (
        (await query(world, 'select 1 from bill_reduction where reason = $1 and amount_fen > 0', [request.reason]))
          .length > 0
      )
        return { isWaiting: false };
      const [asked] = await query<{ id: string }>(world, 'select id from approval where reason = $1', [request.reason]);
      return asked ? { isWaiting: true, id: asked.id } : null;
    }
    case 'decide': {
      const [decided] = await query<{ state: string }>(
        world,
        "select p.state from approval_step s join approval p on p.company_id = s.company_id and p.id = s.approval_id where s.note = $1 and s.kind in ('approved', 'rejected')",
        [request.note],
      );
      return decided ?? null;
    }
    case 'offsetAll':
      return null;
    case 'advance': {
      const told = await advancedBills(world, request.houseId);
      const raised = (told.raised ?? []).filter((one) => !billIds.includes(one.id));
      return raised.length > 0 ? { raised } : null;
    }
    case 'makeBatch': {
      const rows = await query<{ id: string }>(
        world,
        'select id from withholding_batch where community_id = $1 order by id',
        [communityId],
      );
      const id = rows.find((row) => !batches.has(row.id))?.id;
      return id === undefined ? null : batchOf(world, id);
    }
    case 'cancelBatch': {
      const rows = await query(
        world,
        "select 1 from audit_entry where action = 'bankBatch.cancel' and after ->> 'reason' = $1",
        [request.reason],
      );
      return rows.length > 0 ? {} : null;
    }
    case 'offset': {
      const rows = await query<{ id: string; number: string }>(
        world,
        "select id, number from receipt where community_id = $1 and target_id = $2 and kind = 'offset' order by id",
        [communityId, request.houseId],
      );
      const receipt = rows.find((row) => !known.has(row.id));
      return receipt ? offsetOf(world, receipt.number) : null;
    }
    case 'price': {
      const rows = await query(
        world,
        'select 1 from charge_standard_price where charge_standard_id = $1 and starts_on = $2 and (price * 100)::bigint = $3',
        [standardId, request.startsOn, request.fen.toString()],
      );
      return rows.length > 0 ? {} : null;
    }
    case 'handOver': {
      const rows = await query(world, 'select 1 from ownership_change where house_id = $1 and note = $2', [
        request.houseId,
        request.note,
      ]);
      return rows.length > 0 ? { id: await ownerOf(world, request.houseId) } : null;
    }
    case 'close': {
      const id = await unknown('select id from book_closing where community_id = $1 order by id', [communityId]);
      return id === undefined ? null : { id };
    }
    case 'reopen': {
      const rows = await query(world, 'select 1 from book_closing where id = $1 and reopen_reason = $2', [
        request.closingId,
        request.reason,
      ]);
      return rows.length > 0 ? {} : null;
    }
    default: {
      const trace = traces[request.kind];
      if (trace === undefined || !('reason' in request)) throw new Error(`${request.kind} has a key`);
      return (await query(world, trace, [request.reason])).length > 0 ? {} : null;
    }
  }
}
