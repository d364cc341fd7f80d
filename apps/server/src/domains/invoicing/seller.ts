import {
  type InvoiceSellerBody,
  type InvoiceSellerView,
  invoiceCallback,
  invoicingFail,
  isTaxNumber,
  platformFail,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { secretPlace } from './seller-account.ts';

type SellerRow = Omit<InvoiceSellerView, 'callbackPath' | 'communityName' | 'updatedAt'> & {
  communityName: string | null;
  updatedAt: string;
};

/** Who invoices, the company's own first; secrets stay where they are. */
export async function listSellers(ctx: Context): Promise<InvoiceSellerView[]> {
  const rows = await ctx.tx.rows<SellerRow>(sql`
    select s.id, s.community_id as "communityId", c.name as "communityName", s.name, s.tax_number as "taxNumber", s.address, s.phone,
      s.bank_name as "bankName", s.bank_account as "bankAccount", s.issuer_name as "issuerName", s.provider, s.host, s.app_key as "appKey",
      s.is_on as "isOn", s.version, s.updated_at as "updatedAt"
    from invoice_seller s left join community c on c.company_id = s.company_id and c.id = s.community_id
    where s.company_id = ${ctx.companyId} order by s.community_id is not null, c.name, s.id`);
  return rows.map((row) => ({
    ...row,
    communityName: row.communityName ?? '全公司',
    callbackPath: invoiceCallback.path.replace(':company', ctx.companyId).replace(':seller', row.id),
  }));
}

/** Errors: invoiceSeller.secretRequired, invoice.taxNumber (422), invoiceSeller.exists (409), scope and reference errors. */
export async function createSeller(
  ctx: Context,
  { communityId, ...input }: InvoiceSellerBody & { communityId: string | null },
): Promise<{ id: string }> {
  checkTaxNumber(input.taxNumber);
  if (input.secret === '') throw invoicingFail('invoiceSeller.secretRequired');
  const place = await requirePlace(ctx, communityId);
  const known = await ctx.tx.first(sql`select id from invoice_seller where company_id = ${ctx.companyId}
    and community_id is not distinct from ${communityId}::uuid`);
  if (known) throw invoicingFail('invoiceSeller.exists', { community: place });
  const id = ctx.newId();
  const now = nowText(ctx);
  await ctx.tx.run(sql`
    insert into invoice_seller (company_id, id, community_id, name, tax_number, address, phone, bank_name, bank_account, issuer_name, provider, host,
      app_key, sealed_secret, is_on, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${input.name}, ${input.taxNumber}, ${input.address}, ${input.phone}, ${input.bankName},
      ${input.bankAccount}, ${input.issuerName}, ${input.provider}, ${input.host}, ${input.appKey},
      ${ctx.vault.seal(input.secret, secretPlace(ctx.companyId, id))}, ${input.isOn}, ${now}, ${now})`);
  await audit(ctx, 'create', id, communityId, { ...input, secret: undefined });
  return { id };
}

/** An empty secret leaves the one that is kept. Errors: resource.notFound, resource.changed, as above. */
export async function updateSeller(
  ctx: Context,
  sellerId: string,
  { version, ...input }: InvoiceSellerBody & { version: number },
): Promise<void> {
  checkTaxNumber(input.taxNumber);
  const { communityId } = await lockSeller(ctx, sellerId, version);
  const sealed = input.secret === '' ? null : ctx.vault.seal(input.secret, secretPlace(ctx.companyId, sellerId));
  await ctx.tx.run(sql`update invoice_seller set name = ${input.name}, tax_number = ${input.taxNumber}, address = ${input.address}, phone = ${input.phone},
      bank_name = ${input.bankName}, bank_account = ${input.bankAccount}, issuer_name = ${input.issuerName}, provider = ${input.provider},
      host = ${input.host}, app_key = ${input.appKey}, sealed_secret = coalesce(${sealed}, sealed_secret), is_on = ${input.isOn},
      version = version + 1, updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${sellerId}`);
  await audit(ctx, 'update', sellerId, communityId, { ...input, secret: sealed === null ? undefined : '已更换' });
}

/** Only one that never invoiced. Error: invoiceSeller.inUse (409). */
export async function deleteSeller(ctx: Context, sellerId: string): Promise<void> {
  const { communityId } = await lockSeller(ctx, sellerId);
  const used = await ctx.tx.first(
    sql`select id from invoice where company_id = ${ctx.companyId} and seller_id = ${sellerId} limit 1`,
  );
  if (used) throw invoicingFail('invoiceSeller.inUse');
  await ctx.tx.run(sql`delete from invoice_seller where company_id = ${ctx.companyId} and id = ${sellerId}`);
  await audit(ctx, 'delete', sellerId, communityId, undefined);
}

async function lockSeller(ctx: Context, sellerId: string, version?: number): Promise<{ communityId: string | null }> {
  const row = await ctx.tx.first<{ communityId: string | null; version: number }>(
    sql`select community_id as "communityId", version from invoice_seller where company_id = ${ctx.companyId} and id = ${sellerId} for update`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '开票设置' });
  if (version !== undefined && row.version !== version) throw platformFail('resource.changed', { label: '开票设置' });
  await requirePlace(ctx, row.communityId);
  return row;
}

/** Name of the place; refuses one that is not the actor's to decide on. */
async function requirePlace(ctx: Context, communityId: string | null): Promise<string> {
  if (communityId === null) {
    if (ctx.communityIds !== '*') throw invoicingFail('invoiceSeller.wholeCompany');
    return '全公司';
  }
  const community = await ctx.tx.first<{ name: string }>(
    sql`select name from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!community) throw platformFail('reference.notFound', { label: '小区' });
  requireWholeCommunity(ctx, communityId, '开票设置');
  return community.name;
}

function checkTaxNumber(taxNumber: string): void {
  if (!isTaxNumber(taxNumber))
    throw invoicingFail('invoice.taxNumber', { taxNumber }, [
      { path: 'taxNumber', message: '统一社会信用代码的校验码不对' },
    ]);
}

function audit(ctx: Context, verb: string, id: string, communityId: string | null, after: unknown): Promise<void> {
  return recordAudit(ctx, {
    action: `invoiceSeller.${verb}`,
    targetKind: 'invoiceSeller',
    targetId: id,
    communityId,
    after,
  });
}
