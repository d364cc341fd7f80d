import { platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A house named in a body, of the given community where one is told. Error: reference.notFound (422). */
export async function findHouse(
  ctx: Context,
  houseId: string,
  communityId?: string,
): Promise<{ id: string; communityId: string; label: string }> {
  const row = await ctx.tx.first<{ community_id: string; full_name: string }>(
    sql`select community_id, full_name from house where company_id = ${ctx.companyId} and id = ${houseId}`,
  );
  if (!row || (communityId !== undefined && row.community_id !== communityId)) {
    const message = '所选的房屋不存在，或不在这个小区，请重新选择';
    throw platformFail('reference.notFound', { label: '房屋' }, [{ path: 'houseId', message }]);
  }
  return { id: houseId, communityId: row.community_id, label: row.full_name };
}
