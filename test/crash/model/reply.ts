import * as contract from '@anlin/contract';
import type { Request, Told } from './operation.ts';
import { query, type Reply, read, type World } from './world.ts';
import { fenOf } from './yuan.ts';

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
  discount: string;
  approvalId: string;
  billIds: string[];
  state: string;
  isRepeated: boolean;
  paidCount: number;
  paidTotal: string;
  lateFeeWaived: string;
  billCount: number;
  closedUntil: string | null;
}

/** What the reply tells, in the model's words. */
export async function toldBy(world: World, request: Request, reply: Reply): Promise<Told> {
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
      if (body.approvalId) return { id: body.approvalId, isWaiting: true };
      return { isWaiting: false, fen: fenOf(body.sum) };
    case 'advance':
      return {
        ...(await billsOf(world, 'b.id = any ($1)', body.billIds)),
        count: body.billCount,
        fen: fenOf(body.sum),
      };
    case 'decide':
      return { state: body.state };
    case 'makeBatch':
      return batchOf(world, body.id);
    case 'answerBatch':
      if (body.taskId) await untilDone(world, body.taskId);
      return { id: request.batchId, ...(body.isRepeated ? {} : { count: body.paidCount, fen: fenOf(body.paidTotal) }) };
    case 'offsetAll':
      await untilDone(world, body.taskId);
      return {};
    case 'cancelBatch':
    case 'rejectInvoice':
    case 'bookLine':
      return {};
    case 'voidBill':
    case 'restoreBill':
      return { fen: fenOf(body.sum) };
    case 'reduce':
      return { fen: fenOf(body.discount), otherFen: fenOf(body.lateFeeWaived) };
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
    case 'invoice':
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
  const [receipt] = await query<{ id: string }>(
    world,
    'select id from receipt where community_id = $1 and number = $2',
    [world.site.communityId, number],
  );
  return { id: receipt!.id, number, ...(await paidOf(world, receipt!.id)) };
}

async function paidOf(world: World, receiptId: string): Promise<Pick<Told, 'paid'>> {
  const rows = await query<{ bill_id: string; fen: string; late: string }>(
    world,
    `select bill_id, principal_fen::text as fen, late_fee_fen::text as late from allocation
      where receipt_id = $1 and kind = 'receipt' order by bill_id`,
    [receiptId],
  );
  return { paid: rows.map(paidBill) };
}

const paidBill = (row: { bill_id: string; fen: string; late: string }) => ({
  id: row.bill_id,
  fen: BigInt(row.fen),
  lateFeeFen: BigInt(row.late),
});

/** Waits for a raising to end, through a crash if need be; its own count and sum, and the bills that are there. */
export async function raisedBy(world: World, taskId: string): Promise<Told> {
  const { raisingRunId, ...sums } = (await untilDone(world, taskId)) as unknown as Raised;
  return { ...(await billsOf(world, 'b.raising_run_id = $1', raisingRunId)), ...countOf(sums) };
}

interface Raised {
  raisingRunId: string;
  billCount: number;
  sum: string;
}

/** Waits for a task to end, through a crash if need be; what it came to. */
export async function untilDone(world: World, taskId: string): Promise<object> {
  const path = contract.getTask.path.replace(':id', taskId);
  for (let waits = 0; waits < 1200; waits++) {
    const task = (await read(world, path)) as {
      state?: string;
      result: object;
    };
    if (task.state === 'done') return task.result;
    if (task.state !== 'queued' && task.state !== 'running') throw new Error(`task: ${JSON.stringify(task)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`task ${taskId} does not end`);
}

const countOf = ({ billCount, sum }: { billCount: number; sum: string }) => ({ count: billCount, fen: fenOf(sum) });

/** A batch after it was made; one without lines is good for nothing. */
export async function batchOf(world: World, id: string): Promise<Told> {
  const [batch] = await query<{ task_id: string }>(world, 'select task_id from withholding_batch where id = $1', [id]);
  await untilDone(world, batch!.task_id);
  const rows = await query<{
    reference: string;
    house: string;
    fen: string;
    bill: string;
    principal: string;
    late: string;
  }>(
    world,
    `select l.reference, l.house_id as house, l.amount_fen::text as fen, b.bill_id as bill, b.principal_fen::text as principal, b.late_fee_fen::text as late
     from withholding_line l join withholding_bill b on b.company_id = l.company_id and b.line_id = l.id where l.batch_id = $1 order by l.line_number, b.bill_id`,
    [id],
  );
  const lines = [...Map.groupBy(rows, (row) => row.reference)].map(([reference, of]) => ({
    reference,
    houseId: of[0]!.house,
    fen: BigInt(of[0]!.fen),
    bills: of.map((row) => ({ id: row.bill, principalFen: BigInt(row.principal), lateFeeFen: BigInt(row.late) })),
    isPaid: false,
    receiptId: null,
  }));
  return { id, lines };
}

/** The receipts of what a bank took by a batch, as answers of their own. */
export async function bookedLines(world: World, batchId: string): Promise<{ reference: string; told: Told }[]> {
  const rows = await query<{ reference: string; id: string; number: string; fen: string; prepaid: string }>(
    world,
    `select l.reference, r.id, r.number, r.total_fen::text as fen, l.prepaid_fen::text as prepaid
     from withholding_line l join receipt r on r.company_id = l.company_id and r.id = l.receipt_id where l.batch_id = $1`,
    [batchId],
  );
  return Promise.all(
    rows.map(async ({ reference, id, number, fen, prepaid }) => {
      const { paid } = await paidOf(world, id);
      return { reference, told: { id, number, fen: BigInt(fen), leftFen: BigInt(prepaid), ...(paid ? { paid } : {}) } };
    }),
  );
}

/** Waits until every task that pays from everybody's prepaid has ended. */
export async function untilSwept(world: World): Promise<void> {
  const tasks = await query<{ id: string }>(
    world,
    "select id from task where community_id = $1 and kind = 'offsetPrepaid'",
    [world.site.communityId],
  );
  for (const { id } of tasks) await untilDone(world, id);
}

/** Receipts of offsets that nobody at the desk was told of. */
export async function offsetsBesides(world: World): Promise<{ houseId: string; told: Told }[]> {
  const rows = await query<{ id: string; house: string; number: string; fen: string }>(
    world,
    "select id, target_id as house, number, total_fen::text as fen from receipt where community_id = $1 and kind = 'offset' order by id",
    [world.site.communityId],
  );
  const unknown = rows.filter((row) => world.notebook.receipts.every((one) => one.id !== row.id));
  return Promise.all(
    unknown.map(async ({ id, house, number, fen }) => {
      const { paid = [] } = await paidOf(world, id);
      return { houseId: house, told: { id, number, fen: BigInt(fen), count: paid.length, paid } };
    }),
  );
}

/** Bills of a house that were raised ahead. */
export const advancedBills = (world: World, houseId: string) =>
  billsOf(world, "b.raised_how = 'advance' and b.target_id = $1", houseId);

async function billsOf(world: World, condition: string, value: unknown): Promise<Told> {
  const rows = await query<{ id: string; house: string; from: string; to: string; due: string; fen: string }>(
    world,
    `select b.id, b.target_id as house, b.period_from::text as from, b.period_to::text as to, b.due_on::text as due,
      (b.receivable_fen - coalesce((select sum(e.delta_fen) from bill_edit e where e.company_id = b.company_id and e.bill_id = b.id), 0))::text as fen
     from bill b where ${condition} order by b.id`,
    [value],
  );
  return {
    raised: rows.map((row) => ({ ...row, houseId: row.house, dueOn: row.due, fen: BigInt(row.fen) })),
  };
}
