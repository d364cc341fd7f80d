import {
  type EndpointReply,
  type EndpointRequest,
  type printExitSlip as endpoint,
  platformFail,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { nextNumber } from '../../platform/numbers/next-number.ts';
import { completeDocuments, withTemplate } from './load-documents.ts';
import type { PrintSource } from './print-source.ts';

const numberPattern = 'CM-{community}{yyyy}{mm}-{seq:4}';

/**
 * An exit slip (出门条) from what was typed at the counter. It takes a gap-free number of its community and is noted in
 * the audit log; there is no register of slips, so it can't be looked up or printed again.
 */
export async function printExitSlip(
  ctx: Context,
  input: EndpointRequest<typeof endpoint>['body'],
): Promise<EndpointReply<typeof endpoint>> {
  const house = await ctx.tx.first<{
    full_name: string;
    community_id: string;
    community_name: string;
    code: string;
    company_name: string;
    service_phone: string;
  }>(sql`select h.full_name, h.community_id, c.name as community_name, c.code, y.name as company_name, c.service_phone
    from house h join community c on c.company_id = h.company_id and c.id = h.community_id join company y on y.id = h.company_id
    where h.company_id = ${ctx.companyId} and h.id = ${input.houseId}`);
  if (!house) throw platformFail('reference.notFound', { label: '房屋' });
  const number = await nextNumber(ctx, {
    communityId: house.community_id,
    communityCode: house.code,
    kind: 'exitSlip',
    pattern: numberPattern,
    day: Temporal.PlainDate.from(input.exitOn),
  });
  const loaded = {
    communityId: house.community_id,
    label: number,
    document: {
      id: number,
      fields: {
        companyName: house.company_name,
        communityName: house.community_name,
        servicePhone: house.service_phone,
        number,
        houseName: house.full_name,
        personName: input.personName,
        phone: input.phone,
        plate: input.plate,
        exitOn: input.exitOn,
        reason: input.reason,
        note: input.note,
      },
      rows: input.items.map((one, index) => ({ sequence: String(index + 1), ...one })),
      totals: {},
    },
  };
  const printed = await withTemplate(ctx, 'exitSlip', await completeDocuments(ctx, [loaded]), input.templateRef);
  await recordAudit(ctx, {
    action: 'exitSlip.print',
    targetKind: 'exitSlip',
    targetId: input.houseId,
    targetLabel: number,
    communityId: house.community_id,
    after: { number, items: input.items.length },
  });
  return { ...printed, number };
}

/** Exit slips are not kept: there is nothing to find or to print again until the access domain keeps them. */
export const exitSlipSource: PrintSource = {
  type: 'exitSlip',
  read: async () => [],
  select: async () => [],
  find: async () => [],
};
