import { platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Shows the whole phone of one person and writes down who looked (EST-12). Error: resource.notFound. */
export async function revealPhone(ctx: Context, residentId: string): Promise<string> {
  const row = await ctx.tx.first<{ phone: string }>(
    sql`select phone from resident where company_id = ${ctx.companyId} and id = ${residentId}`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '住户' });
  await recordAudit(ctx, { action: 'resident.revealPhone', targetKind: 'resident', targetId: residentId });
  return row.phone;
}
