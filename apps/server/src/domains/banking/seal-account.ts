import type { Context } from '../../platform/context.ts';

/** Place of an agreement's account number in the vault: part of what seals it and of its blind index. */
export const accountField = 'bankAgreement.account';

/** The digits alone: people put spaces and hyphens between. */
export function accountDigits(text: string): string {
  return text.replace(/[\s-]/g, '');
}

/** What of a number may be shown: its last four digits. */
export function maskAccount(number: string): string {
  return `**** ${number.slice(-4)}`;
}

/** A number as it is kept in the row of that id. */
export function sealAccount(
  ctx: Pick<Context, 'vault' | 'companyId'>,
  rowId: string,
  text: string,
): { sealed: string; index: Buffer; masked: string } {
  const number = accountDigits(text);
  const { companyId } = ctx;
  return {
    sealed: ctx.vault.seal(number, { companyId, rowId, field: accountField }),
    index: ctx.vault.blindIndex(number, { companyId, field: accountField }),
    masked: maskAccount(number),
  };
}

/** The number in clear, for the bank's file and for comparing its answer. Error: secret.unreadable. */
export function openAccount(ctx: Pick<Context, 'vault' | 'companyId'>, rowId: string, sealed: string): string {
  return ctx.vault.open(sealed, { companyId: ctx.companyId, rowId, field: accountField });
}
