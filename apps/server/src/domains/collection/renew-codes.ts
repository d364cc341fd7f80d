import { platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Codes get another secret: paper that hangs somewhere opens nothing from now on. 422 when one is out of sight. */
export async function renewCodes(ctx: Context, ids: readonly string[]): Promise<number> {
  const chosen = await lockCodes(ctx, ids);
  await ctx.tx.run(sql`update collection_code q set issue_id = n.issue, edition = q.edition + 1, issued_at = ${nowText(ctx)}, printed_at = null,
      updated_at = ${nowText(ctx)}, version = q.version + 1
    from unnest(${chosen.ids}::uuid[], ${chosen.ids.map(() => ctx.newId())}::uuid[]) n (id, issue)
    where q.company_id = ${ctx.companyId} and q.id = n.id`);
  await audit(ctx, 'collectionCode.renew', chosen);
  return chosen.ids.length;
}

/** Stops codes, or lets them be used again with the same paper. 422 when one is out of sight. */
export async function switchCodes(ctx: Context, ids: readonly string[], isOn: boolean): Promise<number> {
  const chosen = await lockCodes(ctx, ids);
  const count =
    await ctx.tx.run(sql`update collection_code set is_on = ${isOn}, updated_at = ${nowText(ctx)}, version = version + 1
    where company_id = ${ctx.companyId} and id = any (${chosen.ids}::uuid[]) and is_on <> ${isOn}`);
  await audit(ctx, isOn ? 'collectionCode.resume' : 'collectionCode.stop', chosen);
  return count;
}

interface Chosen {
  ids: string[];
  communityIds: string[];
  firstName: string;
}

async function lockCodes(ctx: Context, ids: readonly string[]): Promise<Chosen> {
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
  const rows = await ctx.tx.rows<{ id: string; community_id: string; name: string }>(sql`
    select id, community_id, name from collection_code where company_id = ${ctx.companyId} and id = any (${wanted}::uuid[]) order by id for no key update`);
  if (rows.length < wanted.length) throw platformFail('reference.notFound', { label: '收款码' });
  return {
    ids: rows.map((row) => row.id),
    communityIds: [...new Set(rows.map((row) => row.community_id))],
    firstName: rows[0]!.name,
  };
}

function audit(ctx: Context, action: string, { ids, communityIds, firstName }: Chosen): Promise<void> {
  return recordAudit(ctx, {
    action,
    targetKind: 'collectionCode',
    targetId: ids.length === 1 ? ids[0]! : null,
    targetLabel: ids.length === 1 ? firstName : `${firstName} 等 ${ids.length} 张`,
    communityId: communityIds.length === 1 ? communityIds[0]! : null,
    after: { count: ids.length },
  });
}
