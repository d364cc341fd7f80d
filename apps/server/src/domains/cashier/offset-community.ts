import {
  type EndpointReply,
  type EndpointRequest,
  type offsetCommunity as offsetEndpoint,
  platformFail,
  type offsetTarget as targetEndpoint,
} from '@anlin/contract';
import { addFen, type Fen, formatYuan, zeroFen } from '@anlin/money';
import { asSystem } from '../../platform/boundary.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requirePermission, requireWholeCommunity } from '../../platform/rights/require-right.ts';
import type { Services } from '../../platform/services.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler } from '../../platform/tasks/task.ts';
import { readAccountPlace } from './holding-place.ts';
import { type OffsetBills, type OffsetTarget, offsetPrepaid } from './offset-prepaid.ts';

type Order = EndpointRequest<typeof offsetEndpoint>['body'];

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    offsetPrepaid: Order;
  }
}

/** Pays bills from the prepaid of the account's own house or parking space, with all accounts it has. */
export async function offsetOfAccount(
  ctx: Context,
  accountId: string,
  which: OffsetBills,
): Promise<EndpointReply<typeof targetEndpoint>> {
  const account = await readAccountPlace(ctx, accountId);
  const { communityId, targetKind, targetId } = account;
  const outcome = await offsetPrepaid(ctx, { communityId, targetKind: targetKind!, targetId: targetId! }, which);
  const { leftFen } = await readAccountPlace(ctx, accountId);
  return {
    number: outcome?.number ?? null,
    billCount: outcome?.billCount ?? 0,
    sum: formatYuan(outcome?.totalFen ?? zeroFen),
    left: formatYuan(leftFen),
  };
}

/** Starts the task that offsets a whole community. */
export async function startOffset(ctx: Context, order: Order): Promise<string> {
  const community = await checkOrder(ctx, order);
  return startTask(ctx, 'offsetPrepaid', {
    title: `预存冲抵 ${community}`,
    communityId: order.communityId,
    permission: 'prepaid.offset',
    input: order,
  });
}

async function checkOrder(ctx: Context, { communityId }: Order): Promise<string> {
  requirePermission(ctx, 'prepaid.offset');
  const community = await ctx.tx.first<{ name: string }>(
    sql`select name from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!community) throw platformFail('reference.notFound', { label: '小区' });
  requireWholeCommunity(ctx, communityId, '冲抵整个小区的账单');
  return community.name;
}

/** The task: every house and parking space of the community that has prepaid and owes, each in a transaction of its own. */
export const offsetPrepaidTask: TaskHandler<Order> = async (run) => {
  const { communityId, bills } = run.input;
  await run.transaction((ctx) => checkOrder(ctx, run.input));
  const outcome = await offsetAll({ transaction: run.transaction, report: run.report }, communityId, bills);
  return { receiptCount: outcome.receiptCount, billCount: outcome.billCount, sum: formatYuan(outcome.sumFen) };
};

interface OffsetRunner {
  transaction<T>(work: (ctx: Context) => Promise<T>): Promise<T>;
  report(done: number, total: number | null): Promise<void>;
}

/** Safe to interrupt and to repeat: what was paid already owes nothing, and nothing is noted before it is done. */
async function offsetAll(
  runner: OffsetRunner,
  communityId: string,
  which: OffsetBills,
): Promise<{ receiptCount: number; billCount: number; sumFen: Fen }> {
  const targets = await runner.transaction((ctx) => listTargets(ctx, communityId));
  const outcome = { receiptCount: 0, billCount: 0, sumFen: zeroFen };
  for (const [index, target] of targets.entries()) {
    const offset = await runner.transaction((ctx) => offsetPrepaid(ctx, target, which));
    await runner.report(index + 1, targets.length);
    if (!offset) continue;
    outcome.receiptCount += 1;
    outcome.billCount += offset.billCount;
    outcome.sumFen = addFen(outcome.sumFen, offset.totalFen);
  }
  return outcome;
}

function listTargets(ctx: Context, communityId: string): Promise<OffsetTarget[]> {
  return ctx.tx.rows<OffsetTarget>(sql`
    select p.community_id as "communityId", p.target_kind as "targetKind", p.target_id as "targetId"
    from prepaid_account p where p.company_id = ${ctx.companyId} and p.community_id = ${communityId} and p.balance_fen > 0
      and exists (select from bill b where b.company_id = p.company_id and b.target_id = p.target_id and b.outstanding_fen > 0)
    group by 1, 2, 3 order by p.target_id`);
}

interface DueCommunity {
  id: string;
  which: OffsetBills;
  today: string;
}

/**
 * Offsets what is due by itself (CSH-5): once for each day of each community's own zone, from the hour it chose, in the
 * communities that chose it. The day is noted only when all of it is done, so a server that stopped half way goes on.
 */
export async function offsetDuePrepaid(services: Services, companyId: string): Promise<void> {
  const inCompany = <T>(work: (ctx: Context) => Promise<T>) => asSystem(services, companyId, work);
  for (const { id, which, today } of await inCompany(readDue)) {
    await offsetAll({ transaction: inCompany, report: async () => {} }, id, which);
    await inCompany((ctx) =>
      ctx.tx.run(sql`insert into automatic_offset (company_id, community_id, swept_on) values (${ctx.companyId}, ${id}, ${today})
        on conflict (company_id, community_id) do update set swept_on = greatest(automatic_offset.swept_on, excluded.swept_on)`),
    );
  }
}

async function readDue(ctx: Context): Promise<DueCommunity[]> {
  const rows = await ctx.tx.rows<{
    id: string;
    automatic_offset: OffsetBills;
    automatic_offset_hour: number;
    time_zone: string;
    swept_on: string | null;
  }>(sql`
    select c.id, c.automatic_offset, c.automatic_offset_hour, c.time_zone, a.swept_on from community c
    left join automatic_offset a on a.company_id = c.company_id and a.community_id = c.id
    where c.company_id = ${ctx.companyId} and c.automatic_offset <> 'off' order by c.id`);
  return rows.flatMap((row) => {
    const now = ctx.clock.now().toZonedDateTimeISO(row.time_zone);
    const today = now.toPlainDate().toString();
    const isDue = now.hour >= row.automatic_offset_hour && (row.swept_on === null || row.swept_on < today);
    return isDue ? [{ id: row.id, which: row.automatic_offset, today }] : [];
  });
}
