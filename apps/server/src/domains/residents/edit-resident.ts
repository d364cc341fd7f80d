import {
  columnName,
  type editResident as contract,
  type EndpointRequest,
  estateFail,
  type Field,
  residentResource,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { identifier, join, type Sql, sql } from '../../platform/database/sql.ts';
import { writeOwnFields } from '../../resource/index.ts';
import { pinyinOf, residentByPhone } from '../estate/index.ts';
import { lockResident } from './lock-resident.ts';
import { changeFiles, type ResidentFiles } from './resident-files.ts';
import { residentBinding } from './residents.bindings.ts';

export type ResidentChange = EndpointRequest<typeof contract>['body'] & { id: string };

/**
 * Changes what is known of a person; only what is given. A new phone is not verified, whatever the old one was.
 * Errors: resource.notFound, resource.changed, resident.erased, resident.phoneOfOther (with `otherId`, so that the two
 * records can be merged), resident.phoneHidden,
 * reference.notFound (files, tags), file.typeRefused, request.invalid (own fields).
 */
export async function editResident(ctx: Context, change: ResidentChange): Promise<void> {
  const { id, version, tags, custom, ...values } = change;
  const resident = await lockResident(ctx, id, version);
  if (values.photo || values.documents) await changeFiles(ctx, id, resident, { ...resident, ...filesIn(values) });
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  if (values.phone && values.phone !== resident.phone) await refuseTaken(ctx, values.phone);
  const pairs: Sql[] = given.map(([key, value]) => sql`${identifier(columnName(key, fieldOf(key)))} = ${value}`);
  if (values.name !== undefined) {
    const { pinyin, pinyinInitials } = pinyinOf(values.name);
    pairs.push(sql`pinyin = ${pinyin}`, sql`pinyin_initials = ${pinyinInitials}`);
  }
  if (values.phone !== undefined && values.phone !== resident.phone) pairs.push(sql`phone_verified_at = null`);
  await ctx.tx.ad(sql`update resident set ${join([...pairs, sql`version = version + 1`, sql`updated_at = ${nowText(ctx)}`])}
    where company_id = ${ctx.companyId} and id = ${id}`);
  const own = await writeOwnFields(ctx, residentBinding, id, { tags, custom });
  await recordAudit(ctx, {
    action: 'resident.edit',
    targetKind: 'resident',
    targetId: id,
    // What changed, without the personal data itself.
    after: { changed: [...given.map(([key]) => fieldOf(key).label), ...own].join('、') },
  });
}

const filesIn = ({ photo, documents }: Pick<ResidentChange, 'photo' | 'documents'>): Partial<ResidentFiles> => ({
  ...(photo && { photo }),
  ...(documents && { documents }),
});

function fieldOf(key: string): Field {
  return residentResource.fields[key as keyof typeof residentResource.fields];
}

async function refuseTaken(ctx: Context, phone: string): Promise<void> {
  const known = await residentByPhone(ctx, phone);
  if (!known) return;
  const isSeen = await ctx.tx.first(
    sql`select 1 from resident where company_id = ${ctx.companyId} and id = ${known.id}`,
  );
  throw isSeen
    ? estateFail('resident.phoneOfOther', { name: known.name, otherId: known.id })
    : estateFail('resident.phoneHidden');
}
