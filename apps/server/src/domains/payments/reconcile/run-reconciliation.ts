import {
  type EndpointRequest,
  type runReconciliation as endpoint,
  mostReconciledDays,
  paymentFail,
  platformFail,
} from '@anlin/contract';
import { recordAudit } from '../../../platform/audit/record-audit.ts';
import { asSystem } from '../../../platform/boundary.ts';
import type { Context } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import type { Services } from '../../../platform/services.ts';
import { startTask } from '../../../platform/tasks/start-task.ts';
import type { TaskHandler } from '../../../platform/tasks/task.ts';
import { dayInChina } from '../channels/channel-time.ts';
import { seesSettings } from '../edit-channel.ts';
import type { Run } from '../start-payment.ts';
import { listMerchants, openDays } from './open-days.ts';
import { claimDay, reconcileDay } from './reconcile-day.ts';

type Input = EndpointRequest<typeof endpoint>['body'];

declare module '../../../platform/tasks/task.ts' {
  interface TaskInputs {
    reconcilePayments: { reconciliationIds: string[] };
  }
}

/**
 * A person wants the bills of a range now. The days are opened by the system, which sees whose merchant it is; the person's task has
 * those that lie in their data scope whole. Errors: reconciliation.badRange, reference.notFound (422), reconciliation.noAccount (409).
 */
export async function startReconciliation(services: Services, run: Run, input: Input): Promise<string> {
  const [from, to] = [Temporal.PlainDate.from(input.from), Temporal.PlainDate.from(input.to)];
  const yesterday = dayInChina(services.clock.now()).subtract({ days: 1 });
  const isWrong =
    Temporal.PlainDate.compare(from, to) > 0 ||
    Temporal.PlainDate.compare(to, yesterday) > 0 ||
    from.until(to).days >= mostReconciledDays;
  if (isWrong) throw paymentFail('reconciliation.badRange', { most: mostReconciledDays });
  const { companyId, wanted } = await run((ctx) => chooseMerchant(ctx, input.channelId));
  await asSystem(services, companyId, async (ctx) => {
    for (const merchant of await listMerchants(ctx)) {
      const isWanted =
        wanted === null || (merchant.channelKind === wanted.kind && merchant.merchantId === wanted.merchantId);
      if (isWanted) await openDays(ctx, merchant, from, to);
    }
  });
  return run((ctx) => startOver(ctx, wanted, input));
}

interface Wanted {
  kind: string;
  merchantId: string;
}

async function chooseMerchant(ctx: Context, channelId: string | undefined) {
  if (channelId === undefined) return { companyId: ctx.companyId, wanted: null };
  const wanted = await ctx.tx.first<Wanted & { communityId: string | null }>(
    sql`select kind, merchant_id as "merchantId", community_id as "communityId" from payment_channel
      where company_id = ${ctx.companyId} and id = ${channelId}`,
  );
  if (!wanted || !seesSettings(ctx, wanted.communityId))
    throw platformFail('reference.notFound', { label: '收款渠道' });
  return { companyId: ctx.companyId, wanted };
}

async function startOver(ctx: Context, wanted: Wanted | null, { from, to }: Input): Promise<string> {
  const rows = await ctx.tx.rows<{ id: string }>(sql`
    select id from reconciliation where company_id = ${ctx.companyId} and day between ${from}::date and ${to}::date
      and (${wanted?.kind ?? null}::text is null or (channel_kind = ${wanted?.kind ?? null} and merchant_id = ${wanted?.merchantId ?? null}))
    order by day, id`);
  if (rows.length === 0) throw paymentFail('reconciliation.noAccount');
  await recordAudit(ctx, {
    action: 'reconciliation.run',
    targetKind: 'reconciliation',
    targetId: null,
    targetLabel: `线上对账 ${from} 至 ${to}`,
    communityId: null,
    after: { days: rows.length },
  });
  return startTask(ctx, 'reconcilePayments', {
    title: `线上对账 ${from} 至 ${to}`,
    communityId: null,
    permission: 'reconciliation.run',
    input: { reconciliationIds: rows.map((row) => row.id) },
  });
}

/** Task: fetches the bills of some days and compares them. Result: `{ days, done, exceptions }`. */
export const reconcilePaymentsTask: TaskHandler<{ reconciliationIds: string[] }> = async (run) => {
  const { reconciliationIds: ids } = run.input;
  let count = 0;
  for (const id of ids) {
    const claimed = await run.transaction((ctx) => claimDay(ctx, id));
    if (claimed) await reconcileDay(run, claimed);
    count += 1;
    await run.report(count, ids.length);
  }
  const result = await run.transaction((ctx) =>
    ctx.tx.first<{ done: number; exceptions: number }>(sql`
      select count(*) filter (where r.state = 'done')::int as done, coalesce(sum(e.count), 0)::int as exceptions
      from reconciliation r cross join lateral (select count(*) from reconciliation_line l where l.company_id = r.company_id
        and l.reconciliation_id = r.id and l.settled_at is null and l.outcome in ('oursOnly', 'theirsOnly', 'amountDiffers')) e
      where r.company_id = ${run.companyId} and r.id = any (${ids}::uuid[])`),
  );
  return { days: ids.length, ...result };
};
