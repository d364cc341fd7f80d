import { DomainError, type OfficialMenuContent, type OfficialTemplateView, type PushMode } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SealedPlace } from '../../platform/secrets/index.ts';

export interface AccountRow {
  id: string;
  name: string;
  original_id: string;
  mode: PushMode;
  site_url: string;
  sealed_secrets: string;
  is_on: boolean;
  verified_at: string | null;
  pushed_at: string | null;
  refused_at: string | null;
  refusal: string;
  menu: OfficialMenuContent;
  menu_version: number;
  templates: OfficialTemplateView[];
  templates_synced_at: string | null;
  version: number;
}

/** The company's account; undefined: never set up. */
export function readAccountRow(ctx: Context): Promise<AccountRow | undefined> {
  return ctx.tx.first<AccountRow>(sql`select id, name, original_id, mode, site_url, sealed_secrets, is_on, verified_at, pushed_at, refused_at,
      refusal, menu, menu_version, templates, templates_synced_at, version
    from official_account where company_id = ${ctx.companyId}`);
}

/** Two people who set up the first account at once, or publish at once, go one after the other. */
export async function lockAccount(ctx: Context): Promise<void> {
  await ctx.tx.rows(sql`select pg_advisory_xact_lock(hashtextextended(${`official account ${ctx.companyId}`}, 0))`);
}

/** Ties sealed secrets to their row. */
export const secretPlace = (companyId: string, rowId: string): SealedPlace => ({
  companyId,
  rowId,
  field: 'officialAccount.secrets',
});

export interface AccountSecrets {
  token?: string;
  encodingAesKey?: string;
}

/** Empty when there are none, or this installation has another key, as after a restore without it. */
export function openSecrets(ctx: Context, row: Pick<AccountRow, 'id' | 'sealed_secrets'>): AccountSecrets {
  if (row.sealed_secrets === '') return {};
  try {
    return JSON.parse(ctx.vault.open(row.sealed_secrets, secretPlace(ctx.companyId, row.id))) as AccountSecrets;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'secret.unreadable') return {};
    throw error;
  }
}
