import { estateFail, idCardOf, maskIdCard, readIdCard, sexes } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { idCardField } from '../estate/index.ts';
import { type LockedResident, lockResident } from './lock-resident.ts';

const placeOf = (ctx: Context, rowId: string) => ({ companyId: ctx.companyId, rowId, field: idCardField });

/** The whole number of a sealed one; empty for none. Error: secret.unreadable. */
export function openIdCard(ctx: Context, residentId: string, sealed: string | null): string {
  return sealed === null ? '' : ctx.vault.open(sealed, placeOf(ctx, residentId));
}

export function maskedIdCard(ctx: Context, residentId: string, sealed: string | null): string {
  return maskIdCard(openIdCard(ctx, residentId, sealed));
}

/** What goes into the row: the number sealed, and its blind index. */
export function sealIdCard(ctx: Context, residentId: string, number: string): { sealed: string; index: Buffer } {
  const place = placeOf(ctx, residentId);
  return { sealed: ctx.vault.seal(number, place), index: ctx.vault.blindIndex(number, place) };
}

/**
 * Enters or, with an empty text, removes the id card (GB 11643). Birthday and sex that are empty are taken from it.
 * Errors: resource.notFound, resource.changed, resident.erased, resident.idCardInvalid, resident.idCardMismatch,
 * resident.idCardTaken (with `otherId`), resident.idCardHidden.
 */
export async function setIdCard(ctx: Context, input: { id: string; version: number; idCard: string }): Promise<void> {
  const resident = await lockResident(ctx, input.id, input.version);
  const number = idCardOf(input.idCard);
  if (number === '') {
    await ctx.tx.run(sql`update resident set id_card_sealed = null, id_card_index = null, version = version + 1, updated_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and id = ${input.id}`);
  } else {
    const facts = checkIdCard(resident, number);
    const { sealed, index } = sealIdCard(ctx, input.id, number);
    await refuseTaken(ctx, input.id, index);
    await ctx.tx.run(sql`update resident set id_card_sealed = ${sealed}, id_card_index = ${index}, birthday = ${facts.birthday}, sex = ${facts.sex},
        version = version + 1, updated_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and id = ${input.id}`);
  }
  await recordAudit(ctx, {
    action: number === '' ? 'resident.removeIdCard' : 'resident.setIdCard',
    targetKind: 'resident',
    targetId: input.id,
  });
}

function checkIdCard(resident: LockedResident, number: string): { birthday: string; sex: 'male' | 'female' } {
  const facts = readIdCard(number);
  if (!facts) throw estateFail('resident.idCardInvalid');
  if (resident.birthday !== null && resident.birthday !== facts.birthday) {
    throw estateFail('resident.idCardMismatch', { what: '出生日期', onCard: facts.birthday });
  }
  if (resident.sex !== null && resident.sex !== facts.sex) {
    throw estateFail('resident.idCardMismatch', { what: '性别', onCard: sexes[facts.sex] });
  }
  return facts;
}

async function refuseTaken(ctx: Context, id: string, index: Buffer): Promise<void> {
  const known = await ctx.tx.first<{ id: string | null; name: string }>(
    sql`select id, name from resident_by_id_card(${index})`,
  );
  if (!known?.id || known.id === id) return;
  const isSeen = await ctx.tx.first(
    sql`select 1 from resident where company_id = ${ctx.companyId} and id = ${known.id}`,
  );
  throw isSeen
    ? estateFail('resident.idCardTaken', { name: known.name, otherId: known.id })
    : estateFail('resident.idCardHidden');
}
