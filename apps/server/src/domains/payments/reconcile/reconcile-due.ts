import { asSystem } from '../../../platform/boundary.ts';
import type { Context } from '../../../platform/context.ts';
import type { Services } from '../../../platform/services.ts';
import { openDueDays } from './open-days.ts';
import { claimDueDays, reconcileDay } from './reconcile-day.ts';

/** One sweep takes so many days at most: others want their turn. */
const mostDaysAtOnce = 10;

/**
 * Reconciles by itself (PAY-7): each morning the day before, once however many workers there are, and again whatever had no bill yet or
 * waits for money that is being booked.
 */
export async function reconcileDue(services: Services, companyId: string): Promise<void> {
  await asSystem(services, companyId, openDueDays);
  const workplace = {
    gateway: services.gateway,
    transaction: <T>(work: (ctx: Context) => Promise<T>) => asSystem(services, companyId, work),
  };
  const due = await asSystem(services, companyId, (ctx) => claimDueDays(ctx, mostDaysAtOnce));
  for (const one of due) await reconcileDay(workplace, one);
}
