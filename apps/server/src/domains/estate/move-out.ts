import { estateFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/**
 * Ends a stay: from `movedOutOn` on the person no longer lives there. The stay itself is kept.
 * Errors: resource.notFound, occupancy.ended, occupancy.beforeMoveIn.
 */
export async function moveOut(ctx: Context, input: { occupancyId: string; movedOutOn: string }): Promise<void> {
  const row = await ctx.tx.first<{
    community_id: string;
    house_id: string;
    full_name: string;
    name: string;
    moved_in_on: string;
    moved_out_on: string | null;
  }>(sql`select o.community_id, o.house_id, h.full_name, r.name, o.moved_in_on, o.moved_out_on
    from occupancy o join house h on h.company_id = o.company_id and h.id = o.house_id
      join resident r on r.company_id = o.company_id and r.id = o.resident_id
    where o.company_id = ${ctx.companyId} and o.id = ${input.occupancyId} for update of o`);
  if (!row) throw platformFail('resource.notFound', { label: '入住记录' });
  if (row.moved_out_on !== null) throw estateFail('occupancy.ended', { name: row.name, day: row.moved_out_on });
  if (input.movedOutOn < row.moved_in_on) throw estateFail('occupancy.beforeMoveIn', { day: row.moved_in_on });
  await ctx.tx.run(sql`update occupancy set moved_out_on = ${input.movedOutOn}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${input.occupancyId}`);
  await recordAudit(ctx, {
    action: 'occupancy.moveOut',
    targetKind: 'house',
    targetId: row.house_id,
    targetLabel: row.full_name,
    communityId: row.community_id,
    before: { movedOutOn: null },
    after: { occupancyId: input.occupancyId, movedOutOn: input.movedOutOn },
  });
}
