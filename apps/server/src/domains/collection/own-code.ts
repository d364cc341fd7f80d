import { collectionFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readShareToken } from '../../platform/links/share-token.ts';
import { beyondScope, type SignedInResident } from '../../platform/resident-boundary.ts';
import { ownKeys } from '../household/index.ts';
import { findOrderOf } from '../payments/index.ts';
import { findCode, type ScannedCode } from './open-code.ts';

/** The house, space or vehicle a code hangs at, where it is the resident's own; null for everybody else. Error: collectionCode.ended. */
export async function findOwnPlace(
  ctx: Context,
  secret: Buffer,
  resident: SignedInResident,
  token: string,
): Promise<string | null> {
  const { targetId } = await findOwnCode(ctx, secret, token);
  if (targetId === null) return null;
  const own = await ctx.tx.first<{ id: string }>(sql`
    select id from charge_target where company_id = ${ctx.companyId} and id = ${targetId} and house_id = any (${[...resident.houseIds]}::uuid[])`);
  return own?.id ?? null;
}

/** Notes that an order of the resident's own came about by scanning a code of its community. Twice changes nothing. */
export async function noteOwnPayment(
  ctx: Context,
  secret: Buffer,
  resident: SignedInResident,
  { token, orderId }: { token: string; orderId: string },
): Promise<void> {
  const code = await findOwnCode(ctx, secret, token);
  const order = await findOrderOf(ctx, ownKeys(resident.residentId!), orderId);
  if (!order || order.communityId !== code.communityId) throw platformFail('reference.notFound', { label: '支付' });
  const written = await ctx.tx.run(sql`update payment_order set collection_code_id = ${code.id}
    where company_id = ${ctx.companyId} and id = ${order.id} and collection_code_id is null`);
  if (written === 0) return;
  await recordAudit(ctx, {
    action: 'collection.note',
    targetKind: 'paymentOrder',
    targetId: order.id,
    targetLabel: order.orderNo,
    communityId: order.communityId,
    after: { codeId: code.id },
  });
}

/** Beyond the houses in sight: a code of the whole community is everybody's to scan. */
async function findOwnCode(ctx: Context, secret: Buffer, token: string): Promise<ScannedCode> {
  const shared = readShareToken(secret, 'collect', token);
  if (!shared || shared.companyId !== ctx.companyId) throw collectionFail('collectionCode.ended');
  const code = await beyondScope(ctx, (wide) => findCode(wide, shared.linkId));
  if (!code) throw collectionFail('collectionCode.ended');
  return code;
}
