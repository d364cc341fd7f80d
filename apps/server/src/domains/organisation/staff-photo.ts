import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkFiles, useFiles } from '../../platform/files/file-use.ts';

/** From now on this is the person's photo; null for none. Errors: reference.notFound, file.typeRefused (422). */
export async function usePhoto(
  ctx: Context,
  staffId: string,
  fileId: string | null,
  keptFileId: string | null,
): Promise<void> {
  if (fileId === keptFileId) return;
  const ids = fileId === null ? [] : [fileId];
  const field = { path: 'photoFileId', label: '照片', accept: 'image' as const };
  await checkFiles(ctx, field, ids, keptFileId === null ? [] : [keptFileId]);
  await useFiles(ctx, { resource: 'staff', id: staffId, communityId: null }, ids);
  await ctx.tx.run(
    sql`update staff set photo = ${ids}::uuid[] where company_id = ${ctx.companyId} and id = ${staffId}`,
  );
}
