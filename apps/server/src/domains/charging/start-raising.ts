import type { EndpointRequest, raiseBills as raiseEndpoint } from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler } from '../../platform/tasks/task.ts';
import { checkOrder } from './check-order.ts';
import { raiseBills } from './raise-bills.ts';

type Order = EndpointRequest<typeof raiseEndpoint>['body'];

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    raiseBills: Order;
  }
}

/** Checks an order and starts the task that raises it. Returns the task. */
export async function startRaising(ctx: Context, order: Order): Promise<string> {
  await checkOrder(ctx, order);
  const { monthFrom, monthTo } = order;
  const months = monthFrom === monthTo ? monthFrom : `${monthFrom} 至 ${monthTo}`;
  return startTask(ctx, 'raiseBills', {
    title: `生成账单 ${months}`,
    communityId: order.communityId,
    permission: 'bill.raise',
    input: order,
  });
}

/** The task: raises an order on behalf of the person who asked, with the rights and the data scope they have now. */
export const raiseBillsTask: TaskHandler<Order> = async (run) => {
  await run.transaction((ctx) => checkOrder(ctx, run.input));
  const outcome = await raiseBills(
    { transaction: run.transaction, report: run.report, taskId: run.taskId },
    { ...run.input, raisedHow: 'manual' },
  );
  return {
    raisingRunId: outcome.raisingRunId,
    billCount: outcome.billCount,
    sum: formatYuan(fen(outcome.sumFen)),
    failedCount: outcome.failedCount,
    noBillCount: outcome.noBillCount,
    failures: outcome.failures.map(({ targetLabel, reason }) => ({ targetLabel, reason })),
  };
};
