import { estateFail, type OccupancyRole, occupancyRoles, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

interface OccupancyRow {
  community_id: string;
  house_id: string;
  full_name: string;
  name: string;
  role: OccupancyRole;
  moved_in_on: string;
  moved_out_on: string | null;
  valid_until: string | null;
  version: number;
}

/**
 * Changes as what, and until when, somebody lives there.
 * Errors: resource.notFound, resource.changed, occupancy.ended, occupancy.validity, occupancy.exists.
 */
export async function editOccupancy(
  ctx: Context,
  change: { id: string; version: number; role?: OccupancyRole | undefined; validUntil?: string | null | undefined },
): Promise<void> {
  const row =
    await ctx.tx.first<OccupancyRow>(sql`select o.community_id, o.house_id, h.full_name, r.name, o.role, o.moved_in_on, o.moved_out_on,
      o.valid_until, o.version
    from occupancy o join house h on h.company_id = o.company_id and h.id = o.house_id
      join resident r on r.company_id = o.company_id and r.id = o.resident_id
    where o.company_id = ${ctx.companyId} and o.id = ${change.id} for update of o`);
  if (!row) throw platformFail('resource.notFound', { label: '入住记录' });
  if (row.version !== change.version) throw platformFail('resource.changed', { label: '入住记录' });
  if (row.moved_out_on !== null) throw estateFail('occupancy.ended', { name: row.name, day: row.moved_out_on });
  const role = change.role ?? row.role;
  const validUntil = change.validUntil === undefined ? row.valid_until : change.validUntil;
  if (validUntil !== null && validUntil < row.moved_in_on) {
    throw estateFail('occupancy.validity', { day: row.moved_in_on });
  }
  try {
    await ctx.tx.run(sql`update occupancy set role = ${role}, valid_until = ${validUntil}, version = version + 1, updated_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and id = ${change.id}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '23505') throw error;
    throw estateFail('occupancy.exists', { name: row.name, role: occupancyRoles[role], house: row.full_name });
  }
  await recordAudit(ctx, {
    action: 'occupancy.edit',
    targetKind: 'house',
    targetId: row.house_id,
    targetLabel: row.full_name,
    communityId: row.community_id,
    before: { role: row.role, validUntil: row.valid_until },
    after: { occupancyId: change.id, role, validUntil },
  });
}
