import * as contract from '@anlin/contract';
import { waiverName } from './bill-rules.ts';
import type { Answer, Operation, Request, RequestOf, Told } from './operation.ts';
import { call, Lost, query, type Reply, read, type World } from './world.ts';
import { fenOf, yuanOf } from './yuan.ts';

interface Message {
  endpoint: { method: string; path: string };
  params?: Record<string, string>;
  body: object;
}

/** What goes over the wire. */
async function messageOf(world: World, request: Request): Promise<Message> {
  const { site, company, notebook } = world;
  const { communityId } = site;
  switch (request.kind) {
    case 'oneOff': {
      const { houseId, itemId, fen, from, to, dueOn, key } = request;
      const price = { by: 'amount', amount: yuanOf(fen) };
      const target = { targetKind: 'house', targetId: houseId, chargeItemId: itemId };
      return {
        endpoint: contract.chargeOneOff,
        body: { ...target, price, periodFrom: from, periodTo: to, dueOn, key },
      };
    }
    case 'raise': {
      const [monthFrom, monthTo] = [request.months[0], request.months.at(-1)];
      const order = { communityId, chargeItemIds: [company.itemIds.fee], monthFrom, monthTo };
      return { endpoint: contract.raiseBills, body: { ...order, targetIds: request.houseIds } };
    }
    case 'pay':
      return { endpoint: contract.takePayment, body: paymentOf(world, request) };
    case 'offset':
      return {
        endpoint: contract.offsetTarget,
        params: { id: notebook.accountIds.get(request.account)! },
        body: { bills: 'all' },
      };
    case 'waive': {
      const lines = [{ billId: request.billId, principal: yuanOf(request.fen), lateFee: '0' }];
      return { endpoint: contract.waiveBills, body: { lines, reason: request.reason } };
    }
    case 'takeBackWaiver': {
      const [reason = '', billId = ''] = request.waiver.split('|');
      const [row] = await query<{ id: string }>(
        world,
        'select id from bill_reduction where bill_id = $1 and reason = $2 and amount_fen > 0',
        [billId, reason],
      );
      return { endpoint: contract.takeBackWaiver, params: { id: row!.id }, body: { reason: request.reason } };
    }
    case 'edit': {
      const body = { amount: yuanOf(request.fen), reason: request.reason };
      return { endpoint: contract.editBill, params: { id: request.billId }, body };
    }
    case 'voidBill':
      return { endpoint: contract.voidBills, body: { ids: [request.billId], reason: request.reason } };
    case 'restoreBill':
      return { endpoint: contract.restoreBills, body: { ids: [request.billId], reason: request.reason } };
    case 'reverse':
    case 'void':
    case 'restore': {
      const endpoints = {
        reverse: contract.reverseReceipt,
        void: contract.voidReceipt,
        restore: contract.restoreReceipt,
      };
      const { reason, receiptId: id } = request;
      return { endpoint: endpoints[request.kind], params: { id }, body: { reason } };
    }
    case 'refundBills':
    case 'refundPrepaid':
    case 'refundDeposit':
      return { endpoint: contract.takeRefund, body: refundOf(world, request) };
    case 'movePrepaid':
    case 'keepDeposit':
    case 'forfeitDeposit':
      return holdingMessage(world, request);
    case 'price':
      return {
        endpoint: contract.addStandardPrice,
        params: { id: site.standardId },
        body: { startsOn: request.startsOn, price: yuanOf(request.fen) },
      };
    case 'handOver': {
      const { houseId, occupancyId, day, arrears, note } = request;
      const newOwners = [{ name: `业主 ${note}` }];
      const body = { handedOverOn: day, newOwners, leavingOccupancyIds: [occupancyId], arrears, note };
      return { endpoint: contract.handOverHouse, params: { id: houseId }, body };
    }
    case 'close': {
      const { closing: kind, lastDay } = request;
      const looked = `${contract.previewBookClosing.path}?communityId=${communityId}&kind=${kind}&lastDay=${lastDay}`;
      // What may not be closed has no figures either, and is refused for the same reason.
      const { body } = await call(world, 'GET', looked);
      return {
        endpoint: contract.closeBooks,
        body: { communityId, kind, lastDay, expectedHash: String(body.hash ?? '') },
      };
    }
    case 'reopen':
      return { endpoint: contract.reopenBooks, params: { id: request.closingId }, body: { reason: request.reason } };
  }
}

function holdingMessage(
  { notebook }: World,
  request: RequestOf<'movePrepaid' | 'keepDeposit' | 'forfeitDeposit'>,
): Message {
  const [amount, { reason }] = [yuanOf(request.fen), request];
  if (request.kind === 'movePrepaid') {
    const to = { targetKind: 'house', targetId: request.toHouseId, chargeItemId: null };
    const params = { id: notebook.accountIds.get(request.account)! };
    return { endpoint: contract.movePrepaidMoney, params, body: { ...to, amount, reason } };
  }
  const params = { id: notebook.depositIds.get(request.holder)! };
  return request.kind === 'keepDeposit'
    ? { endpoint: contract.keepDeposit, params, body: { amount, reason, chargeItemId: null } }
    : { endpoint: contract.forfeitDeposit, params, body: { amount, reason } };
}

function paymentOf({ site, company, notebook }: World, request: RequestOf<'pay'>): object {
  const { houseId, bills, topUp, deposit, incomeFen, tenders, day, key } = request;
  const target = { targetKind: 'house', targetId: houseId };
  return {
    communityId: site.communityId,
    ...target,
    bills: bills.map(({ id, expectedFen, discountFen, payFen }) => ({
      id,
      expected: yuanOf(expectedFen),
      pay: yuanOf(payFen),
      ...(discountFen > 0n ? { discounts: [{ amount: yuanOf(discountFen) }] } : {}),
    })),
    ...(topUp ? { topUps: [{ ...target, chargeItemId: topUp.itemId, amount: yuanOf(topUp.fen) }] } : {}),
    ...(deposit
      ? {
          deposits: [
            {
              chargeItemId: company.itemIds.deposit,
              amount: yuanOf(deposit.fen),
              holderName: deposit.holder,
              note: '',
            },
          ],
        }
      : {}),
    ...(incomeFen > 0n
      ? { incomes: [{ chargeItemId: company.itemIds.oneOff, amount: yuanOf(incomeFen), description: '摊位' }] }
      : {}),
    expectedTotal: yuanOf(tenders.reduce((sum, one) => sum + one.fen, 0n)),
    tenders: tenders.map(({ methodId, source, fen, from }) => ({
      paymentMethodId: methodId,
      amount: yuanOf(fen),
      ...(source === 'prepaid' ? { prepaidAccountId: notebook.accountIds.get(from!) } : {}),
      ...(source === 'deposit' ? { depositId: notebook.depositIds.get(from!) } : {}),
    })),
    receivedOn: day,
    note: '补录',
    idempotencyKey: key,
  };
}

function refundOf(
  { company, notebook }: World,
  request: RequestOf<'refundBills' | 'refundPrepaid' | 'refundDeposit'>,
): object {
  const common = { refundedOn: request.day, idempotencyKey: request.key };
  if (request.kind === 'refundBills') {
    const { receiptId, bills, isWaived, reason } = request;
    const paymentMethodId = request.methodId ?? company.methodIds.prepaid;
    const amount = yuanOf(bills.reduce((sum, one) => sum + one.fen, 0n));
    return {
      ...common,
      receiptId,
      lines: { bills: bills.map(({ id, fen }) => ({ billId: id, principal: yuanOf(fen), lateFee: '0' })) },
      tenders: [{ paymentMethodId, amount }],
      reason,
      afterwards: isWaived ? 'waive' : 'owesAgain',
    };
  }
  const amount = yuanOf(request.fen);
  const lines =
    request.kind === 'refundPrepaid'
      ? { prepaid: [{ prepaidAccountId: notebook.accountIds.get(request.account), amount }] }
      : { deposits: [{ depositId: notebook.depositIds.get(request.holder), amount }] };
  return {
    ...common,
    receiptId: null,
    lines,
    tenders: [{ paymentMethodId: request.methodId, amount }],
    reason: '退还',
  };
}

/** What the replies say, each some of it. */
interface Body {
  id: string;
  taskId: string;
  number: string | null;
  amount: string;
  total: string;
  sum: string;
  left: string;
  held: string;
  balance: string;
  outstanding: string;
  arrearsSum: string;
  billCount: number;
  closedUntil: string | null;
}

/** What the reply tells, in the model's words. */
async function toldBy(world: World, request: Request, reply: Reply): Promise<Told> {
  const body = reply.body as unknown as Body;
  switch (request.kind) {
    case 'oneOff':
      return { id: body.id, fen: fenOf(body.amount) };
    case 'raise':
      world.notebook.taskIds.push(body.taskId);
      return raisedBy(world, body.taskId);
    case 'pay':
    case 'refundBills':
    case 'refundPrepaid':
    case 'refundDeposit':
      return { id: body.id, number: body.number!, fen: fenOf(body.total) };
    case 'offset':
      return {
        ...(body.number === null ? { paid: [] } : await offsetOf(world, body.number)),
        count: body.billCount,
        fen: fenOf(body.sum),
        leftFen: fenOf(body.left),
      };
    case 'waive':
    case 'voidBill':
    case 'restoreBill':
      return { fen: fenOf(body.sum) };
    case 'takeBackWaiver':
      return { leftFen: fenOf(body.outstanding) };
    case 'reverse':
    case 'void':
    case 'restore':
      return { number: body.number!, fen: fenOf(body.total), count: body.billCount };
    case 'movePrepaid':
      return { leftFen: fenOf(body.left), otherFen: fenOf(body.balance) };
    case 'keepDeposit':
      return { leftFen: fenOf(body.held), otherFen: fenOf(body.balance) };
    case 'forfeitDeposit':
      return { leftFen: fenOf(body.held) };
    case 'handOver':
      return { id: await ownerOf(world, request.houseId), fen: fenOf(body.arrearsSum) };
    case 'close':
      return { id: body.id };
    case 'reopen':
      return { day: body.closedUntil };
    case 'edit':
    case 'price':
      return {};
  }
}

export async function ownerOf(world: World, houseId: string): Promise<string> {
  const [row] = await query<{ id: string }>(
    world,
    "select id from occupancy where house_id = $1 and role = 'owner' and moved_out_on is null",
    [houseId],
  );
  return row!.id;
}

/** The receipt of an offset, and what it paid. */
export async function offsetOf(world: World, number: string): Promise<Told> {
  const rows = await query<{ id: string; bill_id: string; fen: string }>(
    world,
    `select r.id, a.bill_id, a.principal_fen::text as fen from receipt r join allocation a on a.company_id = r.company_id and a.receipt_id = r.id
      where r.community_id = $1 and r.number = $2 and a.kind = 'receipt' order by a.bill_id`,
    [world.site.communityId, number],
  );
  return { id: rows[0]!.id, number, paid: rows.map((row) => ({ id: row.bill_id, fen: BigInt(row.fen) })) };
}

/** Waits for a raising to end, through a crash if need be; its own count and sum, and the bills that are there. */
export async function raisedBy(world: World, taskId: string): Promise<Told> {
  const path = contract.getTask.path.replace(':id', taskId);
  for (let waits = 0; waits < 1200; waits++) {
    const task = (await read(world, path)) as {
      state?: string;
      result: { raisingRunId: string; billCount: number; sum: string };
    };
    if (task.state === 'done') return { ...(await billsOf(world, task.result.raisingRunId)), ...countOf(task.result) };
    if (task.state !== 'queued' && task.state !== 'running') throw new Error(`raising: ${JSON.stringify(task)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`task ${taskId} does not end`);
}

const countOf = ({ billCount, sum }: { billCount: number; sum: string }) => ({ count: billCount, fen: fenOf(sum) });

async function billsOf(world: World, runId: string): Promise<Told> {
  const rows = await query<{ id: string; house: string; from: string; to: string; due: string; fen: string }>(
    world,
    `select b.id, b.target_id as house, b.period_from::text as from, b.period_to::text as to, b.due_on::text as due,
      (b.receivable_fen - coalesce((select sum(e.delta_fen) from bill_edit e where e.company_id = b.company_id and e.bill_id = b.id), 0))::text as fen
     from bill b where b.raising_run_id = $1 order by b.id`,
    [runId],
  );
  return {
    raised: rows.map((row) => ({ ...row, houseId: row.house, dueOn: row.due, fen: BigInt(row.fen) })),
  };
}

/** Sends a request once. */
async function sendOnce(world: World, request: Request): Promise<Answer> {
  const { endpoint, params = {}, body } = await messageOf(world, request);
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? '');
  const reply = await call(world, endpoint.method, path, body);
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
      return sent;
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      await world.untilUp();
      if (!('key' in request)) return { request, startedAt, endedAt: performance.now(), answer: 'lost' };
    }
  }
}

/** Keeps for everybody what came of a request. */
export function noteDown({ notebook }: World, request: Request, told: Told): void {
  switch (request.kind) {
    case 'oneOff':
      if (!notebook.billIds.includes(told.id!)) notebook.billIds.push(told.id!);
      return;
    case 'raise':
      notebook.billIds.push(...told.raised!.map((one) => one.id));
      return;
    case 'pay': {
      if (notebook.receipts.some((one) => one.id === told.id)) return;
      const bills = request.bills.map(({ id, payFen }) => ({ id, fen: payFen }));
      notebook.receipts.push({ id: told.id!, bills });
      return;
    }
    case 'offset':
      if (told.id !== undefined) notebook.receipts.push({ id: told.id, bills: told.paid! });
      return;
    case 'waive':
      notebook.waivers.push(waiverName(request.reason, request.billId));
      return;
    case 'voidBill':
      notebook.voidedBillIds.push(request.billId);
      return;
    case 'close':
      notebook.closingIds.push(told.id!);
      return;
    case 'handOver':
      notebook.owners.set(request.houseId, { occupancyId: told.id!, since: request.day });
      return;
    case 'refundBills':
      if (!request.isWaived) return;
      for (const { id } of request.bills) {
        const name = waiverName(request.reason, id);
        if (!notebook.waivers.includes(name)) notebook.waivers.push(name);
      }
  }
}
