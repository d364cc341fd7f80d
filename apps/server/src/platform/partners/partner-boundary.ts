import { type AppAccess, type PartnerScope, partnerFail, partnerScopes } from '@anlin/contract';
import { withRetry } from '../boundary.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { inOpenedTransaction } from '../database/transaction.ts';
import type { Services } from '../services.ts';
import type { KeyPlace } from './access-id.ts';

/** An app that signed its request, as its key says right now. */
export interface SignedApp {
  keyId: string;
  grantId: string;
  appId: string;
  appName: string;
  communityId: string;
  scopes: readonly PartnerScope[];
}

/** A key as the database has it. */
export interface KeyRow {
  key_id: string | null;
  grant_id: string;
  app_id: string;
  app_name: string;
  community: string;
  scopes: PartnerScope[];
  allowed_addresses: string[];
  requests_per_minute: number;
  secret_sealed: string | null;
  is_ended: boolean;
}

type BoundaryServices = Pick<Services, 'pool' | 'clock' | 'newId' | 'vault'>;

/**
 * One transaction within the one community of a key (ADR 0057). Row-level security shows it as it shows a community to staff whose data
 * scope it is, and nothing else of the company. `row` is null when there is no such key.
 */
export function inKeyScope<T>(
  services: BoundaryServices,
  place: KeyPlace,
  origin: Context['origin'],
  work: (ctx: Context, row: KeyRow | null) => Promise<T>,
): Promise<T> {
  const now = services.clock.now().toString();
  return withRetry(() =>
    inOpenedTransaction(
      services.pool,
      (tx) => tx.first<KeyRow>(sql`select * from open_partner_request(${place.companyId}, ${place.keyId}, ${now})`),
      (tx, row) => {
        const isKnown = row?.key_id != null;
        const ctx: Context = {
          tx,
          companyId: place.companyId,
          actor: { kind: 'app', id: isKnown ? row.app_id : null, name: isKnown ? `应用 ${row.app_name}` : '应用' },
          client: 'pc',
          permissions: new Set(),
          communityIds: isKnown ? [row.community] : [],
          wholeCommunityIds: isKnown ? [row.community] : [],
          clock: services.clock,
          newId: services.newId,
          vault: services.vault,
          origin,
        };
        return work(ctx, isKnown ? row : null);
      },
    ),
  );
}

/** Ends with what the key may do now; whoever asked was admitted before. Errors: open.keyEnded (401), open.scopeMissing (403). */
export function requireUsable(row: KeyRow | null, access: AppAccess): SignedApp {
  if (!row || row.is_ended) throw partnerFail('open.keyEnded');
  const scope = access === 'app' ? null : (access.slice('app.'.length) as PartnerScope);
  if (scope !== null && !row.scopes.includes(scope))
    throw partnerFail('open.scopeMissing', { scope: partnerScopes[scope].label });
  return {
    keyId: row.key_id ?? '',
    grantId: row.grant_id,
    appId: row.app_id,
    appName: row.app_name,
    communityId: row.community,
    scopes: row.scopes,
  };
}
