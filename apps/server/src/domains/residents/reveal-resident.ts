import { platformFail, type revealedParts } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { openIdCard } from './id-card.ts';

const actions = {
  phone: 'resident.revealPhone',
  idCard: 'resident.revealIdCard',
  emergency: 'resident.revealEmergency',
} as const;

/** Shows one hidden part of one person and writes down who looked (EST-12). Errors: resource.notFound, secret.unreadable. */
export async function revealResident(
  ctx: Context,
  input: { id: string; part: keyof typeof revealedParts },
): Promise<string> {
  const row = await ctx.tx.first<{ phone: string; emergency_phone: string; id_card_sealed: string | null }>(
    sql`select phone, emergency_phone, id_card_sealed from resident where company_id = ${ctx.companyId} and id = ${input.id}`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '住户' });
  await recordAudit(ctx, { action: actions[input.part], targetKind: 'resident', targetId: input.id });
  if (input.part === 'phone') return row.phone;
  return input.part === 'emergency' ? row.emergency_phone : openIdCard(ctx, input.id, row.id_card_sealed);
}
