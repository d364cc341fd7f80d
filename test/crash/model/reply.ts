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
  const rows = await query<{ id: string; bill_id: string; fen: string; late: string }>(
    world,
    `select r.id, a.bill_id, a.principal_fen::text as fen, a.late_fee_fen::text as late from receipt r join allocation a on a.company_id = r.company_id and a.receipt_id = r.id
      where r.community_id = $1 and r.number = $2 and a.kind = 'receipt' order by a.bill_id`,
    [world.site.communityId, number],
  );
  return { id: rows[0]!.id, number, paid: rows.map(paidBill) };
}

const paidBill = (row: { bill_id: string; fen: string; late: string }) => ({
  id: row.bill_id,
  fen: BigInt(row.fen),
  lateFeeFen: BigInt(row.late),
});

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
