import { asSystem } from '../../../platform/boundary.ts';
import { type Context, nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import type { Services } from '../../../platform/services.ts';
import { chargeDeduction } from './charge-deduction.ts';
import { decidePlan, findDuePlans } from './decide-plans.ts';
import { endMovedOut } from './end-agreement.ts';
import { followAgreements } from './follow-agreements.ts';

const batchSize = 20;
const claimMinutes = 5;

/**
 * What withholding by agreement does by itself (PAY-5): ends what moved out, asks after agreements, settles plans whose time has
 * come and takes what is due. Safe to repeat, to interrupt and to run twice at once.
 */
export async function deductDue(services: Services, companyId: string): Promise<void> {
  const inCompany = <T>(work: (ctx: Context) => Promise<T>) => asSystem(services, companyId, work);
  await inCompany(endMovedOut);
  for (const id of await inCompany(findDuePlans)) await inCompany((ctx) => decidePlan(ctx, id));
  await followAgreements(services, companyId);
  for (let ids = await inCompany(claim); ids.length > 0; ids = await inCompany(claim))
    for (const id of ids) await chargeDeduction(services, companyId, id);
}

/** A claim that runs out is taken up again; whether the money was asked for is the order's matter. */
async function claim(ctx: Context): Promise<string[]> {
  const now = nowText(ctx);
  const until = ctx.clock.now().add({ minutes: claimMinutes }).toString();
  const rows = await ctx.tx.rows<{ id: string }>(sql`
    with due as (select id from deduction where company_id = ${ctx.companyId} and next_at <= ${now}
      and (claimed_until is null or claimed_until <= ${now}) order by next_at, id limit ${batchSize} for no key update skip locked)
    update deduction d set claimed_until = ${until} from due where d.company_id = ${ctx.companyId} and d.id = due.id returning d.id`);
  return rows.map((row) => row.id);
}
