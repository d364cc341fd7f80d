import { estateFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export interface MoveOut {
  occupancyId: string;
  /** First day they no longer live there. */
  movedOutOn: string;
  reason?: string | undefined;
  /** How it came about, for the log. Default: entered by staff. */
  how?: 'staff' | 'ownership' | undefined;
}

interface EndedStay {
  community_id: string;
  house_id: string;
  full_name: string;
}

/**
 * Ends a stay: from `movedOutOn` on the person no longer lives there. The stay itself is kept.
 * Errors: resource.notFound, occupancy.ended, occupancy.beforeMoveIn.
 */
export async function moveOut(ctx: Context, input: MoveOut): Promise<void> {
  const stay = await endStay(ctx, input);
  await recordAudit(ctx, {
    action: 'occupancy.moveOut',
    targetKind: 'house',
    targetId: stay.house_id,
    targetLabel: stay.full_name,
    communityId: stay.community_id,
    before: { movedOutOn: null },
    after: { occupancyId: input.occupancyId, movedOutOn: input.movedOutOn },
  });
}

/**
 * Ends several stays on one day, all of them or none; one entry in the audit. Returns how many.
 * Errors: those of `moveOut`, naming the first person concerned.
 */
export async function moveOutMany(
  ctx: Context,
  input: { ids: readonly string[]; movedOutOn: string; reason?: string | undefined },
): Promise<number> {
  const ids = [...new Set(input.ids)].sort();
  const stays: EndedStay[] = [];
  for (const occupancyId of ids) stays.push(await endStay(ctx, { ...input, occupancyId }));
  const communities = new Set(stays.map((stay) => stay.community_id));
  await recordAudit(ctx, {
    action: 'occupancy.moveOutMany',
    targetKind: 'occupancy',
    targetId: null,
    targetLabel: `${ids.length} 人次`,
    communityId: communities.size === 1 ? (stays[0]?.community_id ?? null) : null,
    after: { count: ids.length, movedOutOn: input.movedOutOn },
  });
  return ids.length;
}

async function endStay(ctx: Context, input: MoveOut): Promise<EndedStay> {
  const row = await ctx.tx.first<EndedStay & { name: string; moved_in_on: string; moved_out_on: string | null }>(
    sql`select o.community_id, o.house_id, h.full_name, r.name, o.moved_in_on, o.moved_out_on
    from occupancy o join house h on h.company_id = o.company_id and h.id = o.house_id
      join resident r on r.company_id = o.company_id and r.id = o.resident_id
    where o.company_id = ${ctx.companyId} and o.id = ${input.occupancyId} for update of o`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '入住记录' });
  if (row.moved_out_on !== null) throw estateFail('occupancy.ended', { name: row.name, day: row.moved_out_on });
  if (input.movedOutOn < row.moved_in_on) throw estateFail('occupancy.beforeMoveIn', { day: row.moved_in_on });
  await ctx.tx.run(sql`update occupancy set moved_out_on = ${input.movedOutOn}, moved_out_how = ${input.how ?? 'staff'},
      moved_out_by = ${ctx.actor.id}, move_out_reason = ${input.reason ?? ''}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${input.occupancyId}`);
  return row;
}
