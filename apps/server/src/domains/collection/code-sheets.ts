import { type CollectionSheet, communityPicture, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { shareToken } from '../../platform/links/share-token.ts';

interface SheetRow extends Omit<CollectionSheet, 'logo' | 'path'> {
  issueId: string;
  communityId: string;
  logoFile: string | null;
}

/** What posters and labels of these codes say, in the order of the doors. Printed ones are noted. 422 when one is out of sight. */
export async function readSheets(
  ctx: Context,
  secret: Buffer,
  { ids, isPrinted }: { ids: readonly string[]; isPrinted: boolean },
): Promise<CollectionSheet[]> {
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
  const rows = await ctx.tx.rows<SheetRow>(sql`
    select q.id, q.name, q.community_id as "communityId", q.issue_id as "issueId", q.is_on as "isOn", q.is_remark_required as "isRemarkRequired", q.edition,
      coalesce(t.label, '') as "placeLabel", c.name as "communityName", o.name as "companyName", c.service_phone as "servicePhone",
      coalesce(s.slogan, '') as slogan, coalesce(s.takes_amounts, true) as "takesAmounts",
      (case when c.logo = '{}' then o.logo else c.logo end)[1] as "logoFile"
    from collection_code q join community c on c.company_id = q.company_id and c.id = q.community_id join company o on o.id = q.company_id
    left join collection_setting s on s.company_id = q.company_id and s.community_id = q.community_id
    left join charge_target t on t.company_id = q.company_id and t.id = q.target_id and t.kind = q.target_kind
    where q.company_id = ${ctx.companyId} and q.id = any (${wanted}::uuid[])
    order by c.sort_order, c.name, q.target_kind nulls first, coalesce(t.name, q.name) collate natural_order, q.id`);
  if (rows.length < wanted.length) throw platformFail('reference.notFound', { label: '收款码' });
  if (isPrinted) await notePrint(ctx, rows);
  return rows.map(({ issueId, communityId, logoFile, ...row }) => ({
    ...row,
    logo: logoFile === null ? '' : logoPath(ctx.companyId, communityId, logoFile),
    path: `/m/c/${shareToken(secret, 'collect', { companyId: ctx.companyId, linkId: issueId })}`,
  }));
}

const logoPath = (companyId: string, communityId: string, fileId: string) =>
  communityPicture.path.replace(':company', companyId).replace(':id', communityId).replace(':file', fileId);

async function notePrint(ctx: Context, rows: readonly SheetRow[]): Promise<void> {
  const codeIds = rows.map((row) => row.id);
  await ctx.tx.run(
    sql`update collection_code set printed_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = any (${codeIds}::uuid[])`,
  );
  const [first] = rows;
  const communityIds = new Set(rows.map((row) => row.communityId));
  await recordAudit(ctx, {
    action: 'collectionCode.print',
    targetKind: 'collectionCode',
    targetId: rows.length === 1 ? first!.id : null,
    targetLabel: rows.length === 1 ? first!.name : `${first!.name} 等 ${rows.length} 张`,
    communityId: communityIds.size === 1 ? first!.communityId : null,
    after: { count: rows.length },
  });
}
