import type { Permission } from '@anlin/contract';
import { isPermission, platformFail } from '@anlin/contract';
import type { Context } from './context.ts';
import { sql } from './database/sql.ts';
import { enterCompany, inOpenedTransaction, type Transaction } from './database/transaction.ts';
import type { Services } from './services.ts';

/** A signed-in person, as the session says right now. */
export interface SignedIn {
  sessionId: string;
  accountId: string;
  companyId: string;
  staffId: string;
  staffName: string;
  mustChangePassword: boolean;
  permissions: ReadonlySet<Permission>;
  communityIds: '*' | readonly string[];
  lastSeenAt: string;
}

/** Deadlocks and serialisation failures: nothing was done, so the whole transaction may run again. */
const retryableStates = new Set(['40001', '40P01']);

async function withRetry<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const state = (error as { code?: string }).code ?? '';
      if (!retryableStates.has(state) || attempt === 4) throw error;
    }
  }
}

interface SessionRow {
  session_id: string | null;
  account_id: string;
  company_id: string;
  staff_id: string;
  staff_name: string;
  must_change_password: boolean;
  permissions: string[];
  community_ids: string[];
  has_all_communities: boolean;
  last_seen_at: string;
}

async function openSession(tx: Transaction, services: Services, tokenHash: Buffer): Promise<SignedIn> {
  const now = services.clock.now().toString();
  const row = await tx.first<SessionRow>(sql`select * from open_session(${tokenHash}, ${now})`);
  if (!row?.session_id) throw platformFail('session.expired');
  return {
    sessionId: row.session_id,
    accountId: row.account_id,
    companyId: row.company_id,
    staffId: row.staff_id,
    staffName: row.staff_name,
    mustChangePassword: row.must_change_password,
    permissions: new Set(row.permissions.filter(isPermission)),
    communityIds: row.has_all_communities ? '*' : row.community_ids,
    lastSeenAt: row.last_seen_at,
  };
}

/** One transaction for one signed-in request: session, rights and data scope are read inside it. */
export function inSession<T>(
  services: Services,
  tokenHash: Buffer,
  origin: Context['origin'],
  authorize: (session: SignedIn) => void,
  work: (ctx: Context, session: SignedIn) => Promise<T>,
): Promise<T> {
  return withRetry(() =>
    inOpenedTransaction(
      services.pool,
      (tx) => openSession(tx, services, tokenHash),
      async (tx, session) => {
        authorize(session);
        const ctx: Context = {
          tx,
          companyId: session.companyId,
          actor: { kind: 'staff', id: session.staffId, name: session.staffName },
          permissions: session.permissions,
          communityIds: session.communityIds,
          clock: services.clock,
          newId: services.newId,
          origin,
        };
        return work(ctx, session);
      },
    ),
  );
}

const noOrigin = { ip: '', requestId: '' };

/** One transaction of the system itself within a company: scheduled work, demo data, checks. Sees every community. */
export function asSystem<T>(
  services: Pick<Services, 'pool' | 'clock' | 'newId'>,
  companyId: string,
  work: (ctx: Context) => Promise<T>,
): Promise<T> {
  return withRetry(() =>
    inOpenedTransaction(
      services.pool,
      (tx) => enterCompany(tx, companyId, '*'),
      (tx) =>
        work({
          tx,
          companyId,
          actor: { kind: 'system', id: null, name: '系统' },
          permissions: new Set(),
          communityIds: '*',
          clock: services.clock,
          newId: services.newId,
          origin: noOrigin,
        }),
    ),
  );
}

interface StaffRow {
  staff_name: string;
  permissions: string[];
  community_ids: string[];
  has_all_communities: boolean;
}

/** One transaction in the background on behalf of a person, with the rights and scope they have now; refused once they may no longer work here. */
export function asStaff<T>(
  services: Pick<Services, 'pool' | 'clock' | 'newId'>,
  companyId: string,
  staffId: string,
  work: (ctx: Context) => Promise<T>,
): Promise<T> {
  return withRetry(() =>
    inOpenedTransaction(
      services.pool,
      (tx) =>
        tx.first<StaffRow>(
          sql`select * from act_as_staff(${companyId}, ${staffId}, ${services.clock.now().toString()})`,
        ),
      async (tx, row) => {
        // Work that waited longer than the person stayed is not done in their name.
        if (!row?.staff_name) throw platformFail('signIn.disabled');
        return work({
          tx,
          companyId,
          actor: { kind: 'staff', id: staffId, name: row.staff_name },
          permissions: new Set(row.permissions.filter(isPermission)),
          communityIds: row.has_all_communities ? '*' : row.community_ids,
          clock: services.clock,
          newId: services.newId,
          origin: noOrigin,
        });
      },
    ),
  );
}

/**
 * Steps into a colleague's data scope within the open transaction, works as them with the rights they have now, and
 * steps back. `work` gets null when they may no longer work here. What is written names both: `周敏（王强 同意）`.
 * When `work` throws, the transaction is still in the colleague's scope: roll back to a savepoint set before.
 */
export async function inNameOf<T>(
  ctx: Context,
  staffId: string,
  work: (colleague: Context | null) => Promise<T>,
): Promise<T> {
  const now = ctx.clock.now().toString();
  const step = (id: string) => ctx.tx.first<StaffRow>(sql`select * from act_as_staff(${ctx.companyId}, ${id}, ${now})`);
  if (ctx.actor.id === null) throw new Error('the system acts in nobody’s name');
  const row = await step(staffId);
  const result = await work(
    row?.staff_name
      ? {
          ...ctx,
          actor: { kind: 'staff', id: staffId, name: `${row.staff_name}（${ctx.actor.name} 同意）` },
          permissions: new Set(row.permissions.filter(isPermission)),
          communityIds: row.has_all_communities ? '*' : row.community_ids,
        }
      : null,
  );
  await step(ctx.actor.id);
  return result;
}

/** Ids of all companies: for work that goes through each in turn. */
export async function companyIds(services: Pick<Services, 'pool'>): Promise<string[]> {
  const { rows } = await services.pool.query<{ id: string }>('select id from company order by created_at, id');
  return rows.map((row) => row.id);
}
