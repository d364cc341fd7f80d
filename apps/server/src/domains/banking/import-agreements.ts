import type { DuplicatePolicy } from '@anlin/contract';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { sealAccount } from './seal-account.ts';

/** A row of an import, its house and bank found. Days ISO; `endsOn` exclusive. */
export interface AgreementImport {
  rowNumber: number;
  houseId: string;
  bankTemplateId: string;
  accountNumber: string;
  accountName: string;
  startsOn: string;
  endsOn: string | null;
  note: string;
}

export interface AgreementRefusal {
  rowNumber: number;
  message: string;
}

interface Existing {
  id: string;
  house_id: string;
  starts_on: string;
  ends_on: string | null;
  is_under_way: boolean;
}

/** Enabled banks by name. */
export async function readBankNames(ctx: Context): Promise<ReadonlyMap<string, string>> {
  const rows = await ctx.tx.rows<{ id: string; name: string }>(
    sql`select id, name from bank_template where company_id = ${ctx.companyId} and is_enabled order by name`,
  );
  return new Map(rows.map((row) => [row.name, row.id]));
}

/** Agreements of these houses that hold at the same time as the row's: what the row is taken to mean. */
export async function overlappingAgreements(
  ctx: Context,
  rows: readonly Pick<AgreementImport, 'houseId' | 'startsOn' | 'endsOn'>[],
): Promise<ReadonlyMap<string, Existing[]>> {
  const found = await ctx.tx.rows<Existing>(sql`
    select a.id, a.house_id, a.starts_on, a.ends_on, exists (select from withholding_line l
        join withholding_batch b on b.company_id = l.company_id and b.id = l.batch_id
        where l.company_id = a.company_id and l.bank_agreement_id = a.id and l.answer = 'none' and b.state in ('ready', 'booking')) as is_under_way
    from bank_agreement a where a.company_id = ${ctx.companyId} and a.house_id = any (${rows.map((row) => row.houseId)}::uuid[])
    order by a.starts_on, a.id`);
  return Map.groupBy(found, (one) => one.house_id);
}

const overlaps = (one: Existing, row: Pick<AgreementImport, 'startsOn' | 'endsOn'>) =>
  (one.ends_on === null || row.startsOn < one.ends_on) && (row.endsOn === null || one.starts_on < row.endsOn);

/** Whether the house has an agreement for that time. */
export function isKnown(existing: readonly Existing[] | undefined, row: AgreementImport): boolean {
  return existing?.some((one) => overlaps(one, row)) === true;
}

interface ImportOutcome {
  added: number;
  updated: number;
  skipped: number;
  refusals: AgreementRefusal[];
}

/**
 * Writes a chunk: a house without an agreement for that time gets one, another is brought up to date or left alone as the
 * policy says. Doing it twice changes nothing more.
 */
export async function importAgreements(
  ctx: Context,
  communityId: string,
  rows: readonly AgreementImport[],
  policy: DuplicatePolicy,
): Promise<ImportOutcome> {
  const outcome: ImportOutcome = { added: 0, updated: 0, skipped: 0, refusals: [] };
  const refuse = (row: AgreementImport, message: string) =>
    outcome.refusals.push({ rowNumber: row.rowNumber, message });
  for (const row of rows) {
    // Rows of one file may be of the same house, so what is there is asked for anew.
    const existing = (await overlappingAgreements(ctx, [row])).get(row.houseId)?.filter((one) => overlaps(one, row));
    if (!existing || existing.length === 0) {
      if (policy === 'updateOnly') refuse(row, '这套房屋在这段时间没有代扣协议，未新建（您选择了“仅更新”）');
      else {
        await insertAgreement(ctx, communityId, row);
        outcome.added += 1;
      }
      continue;
    }
    const [only, ...others] = existing;
    if (policy === 'skip') outcome.skipped += 1;
    else if (others.length > 0 || !only) refuse(row, '这段时间有几份代扣协议，请在“代扣协议”中逐份修改');
    else if (only.is_under_way) refuse(row, '正在按这份协议代扣，请等银行回盘后再改');
    else if (await rewriteAgreement(ctx, only.id, row)) outcome.updated += 1;
    else outcome.skipped += 1;
  }
  return outcome;
}

async function insertAgreement(ctx: Context, communityId: string, row: AgreementImport): Promise<void> {
  const id = ctx.newId();
  const { sealed, index, masked } = sealAccount(ctx, id, row.accountNumber);
  const now = nowText(ctx);
  await ctx.tx.run(sql`
    insert into bank_agreement (company_id, id, community_id, house_id, bank_template_id, account_sealed, account_index, account_masked,
      account_name, starts_on, ends_on, note, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${row.houseId}, ${row.bankTemplateId}, ${sealed}, ${index}, ${masked},
      ${row.accountName}, ${row.startsOn}, ${row.endsOn}, ${row.note}, ${now}, ${now})`);
}

/** False when nothing of it differs. */
async function rewriteAgreement(ctx: Context, id: string, row: AgreementImport): Promise<boolean> {
  const { sealed, index, masked } = sealAccount(ctx, id, row.accountNumber);
  const changed = await ctx.tx.rows(sql`
    update bank_agreement set bank_template_id = ${row.bankTemplateId}, account_sealed = ${sealed}, account_index = ${index},
      account_masked = ${masked}, account_name = ${row.accountName}, starts_on = ${row.startsOn}, ends_on = ${row.endsOn},
      note = coalesce(nullif(${row.note}, ''), note), version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}
      and (bank_template_id, account_index, account_name, starts_on, ends_on, note) is distinct from
        (${row.bankTemplateId}::uuid, ${index}::bytea, ${row.accountName}::text, ${row.startsOn}::date, ${row.endsOn}::date,
          coalesce(nullif(${row.note}::text, ''), note))
    returning id`);
  return changed.length > 0;
}
