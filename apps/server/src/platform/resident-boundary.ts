import { platformFail, type ResidentAccess } from '@anlin/contract';
import type { ResidentToken } from './auth/resident-session.ts';
import { withRetry } from './boundary.ts';
import type { Context } from './context.ts';
import { sql } from './database/sql.ts';
import { inOpenedTransaction } from './database/transaction.ts';
import type { Services } from './services.ts';

/** A resident on the phone, as the session says right now. */
export interface SignedInResident {
  sessionId: string;
  companyId: string;
  /** Whole; it has proved itself. */
  phone: string;
  /** Null while the company knows nobody with this phone. */
  residentId: string | null;
  residentName: string;
  /** The houses in the data scope: those of the person's present stays, as the endpoint's access has it. */
  houseIds: readonly string[];
}

interface SessionRow {
  session_id: string | null;
  session_phone: string;
  person_id: string | null;
  person_name: string | null;
  seen_house_ids: string[];
  seen_community_ids: string[];
}

/**
 * One transaction for one request of a resident. Row-level security shows the houses of their present stays, with what stands
 * against them, and nothing else of the company (ADR 0016); `householder` those alone where they are owner, family or tenant.
 * Errors: session.expired.
 */
export function inResidentSession<T>(
  services: Pick<Services, 'pool' | 'clock' | 'newId' | 'vault'>,
  token: ResidentToken,
  access: ResidentAccess,
  origin: Context['origin'],
  work: (ctx: Context, session: SignedInResident) => Promise<T>,
): Promise<T> {
  return withRetry(() =>
    inOpenedTransaction(
      services.pool,
      (tx) =>
        tx.first<SessionRow>(sql`select * from open_resident_session(${token.companyId}, ${token.hash},
          ${access === 'householder'}, ${services.clock.now().toString()})`),
      (tx, row) => {
        if (!row?.session_id) throw platformFail('session.expired');
        const ctx: Context = {
          tx,
          companyId: token.companyId,
          actor: { kind: 'resident', id: row.person_id, name: '住户' },
          client: 'phone',
          permissions: new Set(),
          communityIds: row.seen_community_ids,
          wholeCommunityIds: [],
          clock: services.clock,
          newId: services.newId,
          vault: services.vault,
          origin,
        };
        return work(ctx, {
          sessionId: row.session_id,
          companyId: token.companyId,
          phone: row.session_phone,
          residentId: row.person_id,
          residentName: row.person_name ?? '',
          houseIds: row.seen_house_ids,
        });
      },
    ),
  );
}

/**
 * Lets `work` see the whole company for what somebody who lives nowhere yet must name or cause: the community they apply to,
 * the house an invitation opens. The caller decides what may be seen of it; afterwards the scope is as it was.
 */
export async function beyondScope<T>(ctx: Context, work: (wide: Context) => Promise<T>): Promise<T> {
  const before = await ctx.tx.first<{ scope: string }>(sql`select current_setting('app.community_ids', true) as scope`);
  await ctx.tx.rows(sql`select set_config('app.community_ids', '*', true)`);
  const result = await work({ ...ctx, communityIds: '*', wholeCommunityIds: '*' });
  await ctx.tx.rows(sql`select set_config('app.community_ids', ${before!.scope}, true)`);
  return result;
}
