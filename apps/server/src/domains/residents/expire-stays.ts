import { recordAudit } from '../../platform/audit/record-audit.ts';
import { asSystem } from '../../platform/boundary.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Services } from '../../platform/services.ts';

/**
 * Ends what has run out, by the day of each community's own zone: a stay on the day after its last valid one, an
 * invitation that nobody took up. Safe to repeat; a server that stood still catches up with the right days.
 */
export async function expireStays(services: Services, companyId: string): Promise<void> {
  await asSystem(services, companyId, async (ctx) => {
    const communities = await ctx.tx.rows<{ id: string; time_zone: string }>(
      sql`select id, time_zone from community where company_id = ${ctx.companyId} order by id`,
    );
    for (const community of communities) {
      await expireIn(ctx, community.id, businessDay(ctx.clock, community.time_zone).toString());
    }
  });
}

async function expireIn(ctx: Context, communityId: string, today: string): Promise<void> {
  const { companyId } = ctx;
  const ended =
    await ctx.tx.run(sql`update occupancy set moved_out_on = greatest(valid_until + 1, moved_in_on), moved_out_how = 'expiry',
      moved_out_by = null, move_out_reason = '有效期已满', version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${companyId} and community_id = ${communityId} and moved_out_on is null and valid_until < ${today}`);
  if (ended > 0) {
    await recordAudit(ctx, {
      action: 'occupancy.expire',
      targetKind: 'occupancy',
      targetId: null,
      targetLabel: `${ended} 人次`,
      communityId,
      after: { count: ended, movedOutOn: today },
    });
  }
  await ctx.tx.run(sql`update resident_invitation set state = 'expired', closed_at = ${nowText(ctx)}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${companyId} and community_id = ${communityId} and state = 'open' and expires_on < ${today}`);
}
