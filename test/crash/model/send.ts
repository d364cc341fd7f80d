import { waiverName } from './bill-rules.ts';
import { messageOf } from './message.ts';
import type { Answer, Operation, Request, Told } from './operation.ts';
import { toldBy } from './reply.ts';
import { call, Lost, type World } from './world.ts';
import { least } from './yuan.ts';

/** Sends a request once. */
async function sendOnce(world: World, request: Request): Promise<Answer> {
  const { endpoint, params = {}, body, cookie } = await messageOf(world, request);
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? '');
  const reply = await call(world, endpoint.method, path, body, cookie);
  if (reply.status === 200) return { isDone: true, told: await toldBy(world, request, reply) };
  return { isDone: false, code: String(reply.body.code) };
}

export type Sent = Pick<Operation, 'request' | 'startedAt' | 'endedAt'> & { answer: Answer | 'lost' };

/**
 * Sends a request and waits for its answer. Lost in a crash, it is sent again by its key; without one it stays lost, to be
 * looked for when everything is up again.
 */
export async function send(world: World, request: Request): Promise<Sent> {
  const startedAt = performance.now();
  for (;;) {
    try {
      const answer = await sendOnce(world, request);
      const sent = { request, startedAt, endedAt: performance.now(), answer };
      if (answer.isDone) noteDown(world, request, answer.told);
      if (request.kind === 'answerBatch' && answer.isDone) noteBooking(world, request.batchId, sent);
      return sent;
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      await world.untilUp();
      if (!('key' in request)) return { request, startedAt, endedAt: performance.now(), answer: 'lost' };
    }
  }
}

function noteBooking(
  { notebook }: World,
  batchId: string,
  { startedAt, endedAt }: Pick<Sent, 'startedAt' | 'endedAt'>,
): void {
  const known = notebook.bookings.get(batchId);
  const starts = [startedAt, known?.startedAt ?? startedAt];
  notebook.bookings.set(batchId, { startedAt: Math.min(...starts), endedAt: Math.max(endedAt, known?.endedAt ?? 0) });
}

/** Keeps for everybody what came of a request. */
export function noteDown({ notebook }: World, request: Request, told: Told): void {
  switch (request.kind) {
    case 'oneOff':
      if (!notebook.billIds.includes(told.id!)) notebook.billIds.push(told.id!);
      return;
    case 'raise':
    case 'advance':
      notebook.billIds.push(...told.raised!.map((one) => one.id));
      return;
    case 'pay': {
      if (notebook.receipts.some((one) => one.id === told.id)) return;
      const bills = request.bills.map(({ id, payFen, lateFeeFen: owedFen, lateFeeWaivedFen }) => {
        const lateFeeFen = least(payFen, owedFen - lateFeeWaivedFen);
        return { id, fen: payFen - lateFeeFen, lateFeeFen };
      });
      notebook.receipts.push({ id: told.id!, bills });
      return;
    }
    case 'offset':
      if (told.id !== undefined) notebook.receipts.push({ id: told.id, bills: told.paid! });
      return;
    case 'waive': {
      const waiver = waiverName(request.reason, request.billId);
      if (told.isWaiting) notebook.waiting.set(told.id!, { waiver, billId: request.billId, isDecided: false });
      else notebook.waivers.push(waiver);
      return;
    }
    case 'decide': {
      const waiting = notebook.waiting.get(request.approvalId)!;
      notebook.waiting.set(request.approvalId, { ...waiting, isDecided: true });
      if (told.state === 'approved') notebook.waivers.push(waiting.waiver);
      return;
    }
    case 'makeBatch':
      notebook.batches.set(told.id!, { lines: told.lines!, isOpen: told.lines!.length > 0 });
      return;
    case 'invoice':
      if (!notebook.invoiceIds.includes(told.id!)) notebook.invoiceIds.push(told.id!);
      return;
    case 'answerBatch':
    case 'cancelBatch':
      notebook.batches.set(request.batchId, { ...notebook.batches.get(request.batchId)!, isOpen: false });
      return;
    case 'bookLine':
      notebook.receipts.push({ id: told.id!, bills: told.paid! });
      return;
    case 'reduce':
      if (request.lateFeeWaivedFen > 0n) notebook.waivers.push(waiverName(request.reason, request.billId));
      return;
    case 'voidBill':
      notebook.voidedBillIds.push(request.billId);
      return;
    case 'void':
      notebook.voidedReceiptIds.push(request.receiptId);
      return;
    case 'close':
      notebook.closingIds.push(told.id!);
      return;
    case 'handOver':
      notebook.owners.set(request.houseId, { occupancyId: told.id!, since: request.day });
      return;
    case 'refundBills':
      if (!request.isWaived) return;
      for (const { id, fen } of request.bills) {
        const name = waiverName(request.reason, id);
        if (fen > 0n && !notebook.waivers.includes(name)) notebook.waivers.push(name);
      }
  }
}
