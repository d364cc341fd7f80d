import { DomainError } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SealedPlace } from '../../platform/secrets/index.ts';
import type { ProviderAccount } from './providers/provider.ts';

/** Ties a sealed secret to its row. */
export const secretPlace = (companyId: string, sellerId: string): SealedPlace => ({
  companyId,
  rowId: sellerId,
  field: 'invoiceSeller.secret',
});

export interface SellerAccount {
  id: string;
  provider: string;
  name: string;
  taxNumber: string;
  address: string;
  phone: string;
  bankName: string;
  bankAccount: string;
  issuerName: string;
  /** Null when this installation's key does not open the secret, as after a restore without it. */
  account: ProviderAccount | null;
}

/** A seller with its provider's account opened; undefined when there is none with this id. */
export async function readSellerAccount(ctx: Context, sellerId: string): Promise<SellerAccount | undefined> {
  const row = await ctx.tx.first<
    Omit<SellerAccount, 'account'> & { host: string; app_key: string; sealed_secret: string }
  >(sql`
    select id, provider, name, tax_number as "taxNumber", address, phone, bank_name as "bankName", bank_account as "bankAccount",
      issuer_name as "issuerName", host, app_key, sealed_secret from invoice_seller where company_id = ${ctx.companyId} and id = ${sellerId}`);
  if (!row) return undefined;
  const { host, app_key, sealed_secret, ...seller } = row;
  const secret = openSecret(ctx, sellerId, sealed_secret);
  return { ...seller, account: secret === null ? null : { host, appKey: app_key, secret } };
}

function openSecret(ctx: Context, sellerId: string, sealed: string): string | null {
  try {
    return ctx.vault.open(sealed, secretPlace(ctx.companyId, sellerId));
  } catch (error) {
    if (error instanceof DomainError && error.code === 'secret.unreadable') return null;
    throw error;
  }
}
