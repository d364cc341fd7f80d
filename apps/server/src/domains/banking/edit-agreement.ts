import {
  bankFail,
  type createBankAgreement,
  type EndpointRequest,
  platformFail,
  type updateBankAgreement,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { sealAccount } from './seal-account.ts';

type NewAgreement = EndpointRequest<typeof createBankAgreement>['body'];
type Changes = EndpointRequest<typeof updateBankAgreement>['body'];

interface House {
  community_id: string;
  full_name: string;
}

/** Adds an agreement of a house (CSH-10). A house is withheld from by one bank at a time: overlapping ones are refused (409). */
export async function createAgreement(ctx: Context, input: NewAgreement): Promise<string> {
  const house = await lockHouse(ctx, input.houseId);
  await checkTemplate(ctx, input.bankTemplateId);
  const id = ctx.newId();
  const endsOn = endOf(input);
  await refuseOverlap(ctx, { id, houseId: input.houseId, house, startsOn: input.startsOn, endsOn });
  const { sealed, index, masked } = sealAccount(ctx, id, input.accountNumber);
  const now = nowText(ctx);
  await ctx.tx.run(sql`
    insert into bank_agreement (company_id, id, community_id, house_id, bank_template_id, account_sealed, account_index, account_masked,
      account_name, starts_on, ends_on, note, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${house.community_id}, ${input.houseId}, ${input.bankTemplateId}, ${sealed}, ${index}, ${masked},
      ${input.accountName}, ${input.startsOn}, ${endsOn}, ${input.note}, ${now}, ${now})`);
  await recordAudit(ctx, {
    action: 'bankAgreement.create',
    targetKind: 'bankAgreement',
    targetId: id,
    targetLabel: house.full_name,
    communityId: house.community_id,
    after: { startsOn: input.startsOn, lastDay: input.lastDay },
  });
  return id;
}

interface StoredAgreement extends House {
  house_id: string;
  bank_template_id: string;
  account_index: Buffer;
  starts_on: string;
  last_day: string | null;
  version: number;
  /** The batch that is taking money by it. */
  batch: string | null;
  is_used: boolean;
}

/** Changes an agreement; a number left out stays. While a batch is under way, account and bank stay as they are (409). */
export async function updateAgreement(ctx: Context, id: string, input: Changes): Promise<void> {
  const stored = await lockAgreement(ctx, id);
  if (stored.version !== input.version) throw platformFail('resource.changed', { label: '代扣协议' });
  await lockHouse(ctx, stored.house_id);
  if (input.bankTemplateId.toLowerCase() !== stored.bank_template_id) await checkTemplate(ctx, input.bankTemplateId);
  const endsOn = endOf(input);
  const { startsOn } = input;
  await refuseOverlap(ctx, { id, houseId: stored.house_id, house: stored, startsOn, endsOn });
  const account = input.accountNumber === undefined ? null : sealAccount(ctx, id, input.accountNumber);
  const isOtherAccount = account !== null && !account.index.equals(stored.account_index);
  const isOtherBank = input.bankTemplateId.toLowerCase() !== stored.bank_template_id;
  if (stored.batch !== null && (isOtherAccount || isOtherBank))
    throw bankFail('bankAgreement.underWay', { batch: stored.batch });
  await ctx.tx.run(sql`
    update bank_agreement set bank_template_id = ${input.bankTemplateId}, account_name = ${input.accountName}, starts_on = ${startsOn},
      ends_on = ${endsOn}, note = ${input.note}, account_sealed = coalesce(${account?.sealed ?? null}, account_sealed),
      account_index = coalesce(${account?.index ?? null}::bytea, account_index), account_masked = coalesce(${account?.masked ?? null}, account_masked),
      version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'bankAgreement.update',
    targetKind: 'bankAgreement',
    targetId: id,
    targetLabel: stored.full_name,
    communityId: stored.community_id,
    before: { startsOn: stored.starts_on, lastDay: stored.last_day },
    after: { startsOn, lastDay: input.lastDay, ...(isOtherAccount ? { accountChanged: true } : {}) },
  });
}

/** Removes an agreement that no batch ever used; others are ended instead (409). */
export async function deleteAgreement(ctx: Context, id: string): Promise<void> {
  const stored = await lockAgreement(ctx, id);
  if (stored.is_used) throw bankFail('bankAgreement.used');
  await ctx.tx.run(sql`delete from bank_agreement where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'bankAgreement.delete',
    targetKind: 'bankAgreement',
    targetId: id,
    targetLabel: stored.full_name,
    communityId: stored.community_id,
    before: { startsOn: stored.starts_on, lastDay: stored.last_day },
  });
}

function endOf({ startsOn, lastDay }: Pick<NewAgreement, 'startsOn' | 'lastDay'>): string | null {
  // The last day there is, is how other systems write that there is none.
  if (lastDay === null || lastDay === '9999-12-31') return null;
  if (lastDay < startsOn) throw bankFail('bankAgreement.endsBeforeStart', { lastDay, startsOn });
  return Temporal.PlainDate.from(lastDay).add({ days: 1 }).toString();
}

async function lockAgreement(ctx: Context, id: string): Promise<StoredAgreement> {
  const row = await ctx.tx.first<StoredAgreement>(sql`
    select a.community_id, a.house_id, h.full_name, a.bank_template_id, a.account_index, a.starts_on, a.last_day, a.version,
      (select b.number from withholding_line l join withholding_batch b on b.company_id = l.company_id and b.id = l.batch_id
        where l.company_id = a.company_id and l.bank_agreement_id = a.id and l.answer = 'none' and b.state in ('ready', 'booking') limit 1) as batch,
      exists (select from withholding_line l where l.company_id = a.company_id and l.bank_agreement_id = a.id) as is_used
    from bank_agreement a join house h on h.company_id = a.company_id and h.id = a.house_id
    where a.company_id = ${ctx.companyId} and a.id = ${id} for update of a`);
  if (!row) throw platformFail('resource.notFound', { label: '代扣协议' });
  return row;
}

/** One at a time decides about the agreements of a house. */
async function lockHouse(ctx: Context, houseId: string): Promise<House> {
  const house = await ctx.tx.first<House>(
    sql`select community_id, full_name from house where company_id = ${ctx.companyId} and id = ${houseId} for no key update`,
  );
  if (!house) throw platformFail('reference.notFound', { label: '房屋' });
  return house;
}

async function checkTemplate(ctx: Context, templateId: string): Promise<void> {
  const row = await ctx.tx.first<{ name: string; is_enabled: boolean }>(
    sql`select name, is_enabled from bank_template where company_id = ${ctx.companyId} and id = ${templateId} for key share`,
  );
  if (!row) throw platformFail('reference.notFound', { label: '银行模板' });
  if (!row.is_enabled) throw bankFail('bankTemplate.disabled', { name: row.name });
}

async function refuseOverlap(
  ctx: Context,
  wanted: { id: string; houseId: string; house: House; startsOn: string; endsOn: string | null },
): Promise<void> {
  const other = await ctx.tx.first<{ masked: string }>(sql`select account_masked as masked from bank_agreement
    where company_id = ${ctx.companyId} and house_id = ${wanted.houseId} and id <> ${wanted.id}
      and daterange(starts_on, ends_on) && daterange(${wanted.startsOn}::date, ${wanted.endsOn}::date) limit 1`);
  if (other) throw bankFail('bankAgreement.overlaps', { house: wanted.house.full_name, masked: other.masked });
}
