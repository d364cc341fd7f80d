import type { Permission } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import type { PeekedSession } from './auth/peek-sessions.ts';
import type { Client, Context } from './context.ts';
import { sql } from './database/sql.ts';
import type { Stop } from './database/stop.ts';
import { enterCompany, inOpenedTransaction, type Transaction } from './database/transaction.ts';
import { knownRights, permissionsOf, readRights } from './rights/stamped-rights.ts';
import type { Services } from './services.ts';

/** A signed-in person, as the session says right now. */
export interface SignedIn {
  sessionId: string;
  accountId: string;
  companyId: string;
  staffId: string;
  staffName: string;
  client: Client;
  mustChangePassword: boolean;
  /** Of this client alone. */
  permissions: ReadonlySet<Permission>;
  communityIds: '*' | readonly string[];
  wholeCommunityIds: '*' | readonly string[];
  lastSeenAt: string;
}

/** Deadlocks and serialisation failures: nothing was done, so the whole transaction may run again. */
const retryableStates = new Set(['40001', '40P01']);

export async function withRetry<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const state = (error as { code?: string }).code ?? '';
      if (!retryableStates.has(state) || attempt === 4) throw error;
    }
  }
}

interface ScopeRow {
  community_ids: string[] | null;
  whole_community_ids: string[] | null;
  has_all_communities: boolean;
}

interface SessionRow extends ScopeRow {
  session_id: string | null;
  staff_name: string;
  /** Of `rights_stamp`. */
  rights: string;
  account_id: string;
  company_id: string;
  staff_id: string;
  client: Client;
  must_change_password: boolean;
  last_seen_at: string;
}

const scopeOf = (row: ScopeRow): Pick<Context, 'communityIds' | 'wholeCommunityIds'> => ({
  communityIds: row.has_all_communities ? '*' : (row.community_ids ?? []),
  wholeCommunityIds: row.has_all_communities ? '*' : (row.whole_community_ids ?? []),
});

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
    client: row.client,
    mustChangePassword: row.must_change_password,
    permissions: knownRights(row.rights) ?? (await readRights(tx, row.company_id, row.staff_id, row.client)),
    ...scopeOf(row),
    lastSeenAt: row.last_seen_at,
  };
}

/** Who asks, from where, and for readings when they wait no more. */
export interface Asking {
  tokenHash: Buffer;
  origin: Context['origin'];
  stop?: Stop | undefined;
}

/** One transaction for one signed-in request: session, rights and data scope are read inside it. */
export function inSession<T>(
  services: Services,
  { tokenHash, origin, stop }: Asking,
  authorize: (session: SignedIn) => void,
  work: (ctx: Context, session: SignedIn) => Promise<T>,
): Promise<T> {
  return withRetry(() =>
    inOpenedTransaction(
      services.pool,
      (tx) => openSession(tx, services, tokenHash),
      async (tx, session) => {
        authorize(session);
        return work(contextOf(services, tx, session, origin), session);
      },
      { stop },
    ),
  );
}

function contextOf(services: Services, tx: Transaction, session: SignedIn, origin: Context['origin']): Context {
  return {
    tx,
    companyId: session.companyId,
    actor: { kind: 'staff', id: session.staffId, name: session.staffName },
    client: session.client,
    permissions: session.permissions,
    communityIds: session.communityIds,
    wholeCommunityIds: session.wholeCommunityIds,
    clock: services.clock,
    newId: services.newId,
    vault: services.vault,
    origin,
  };
}

/**
 * The same for a reading, which also says whether its outcome is what this person would read as long as the count of
 * changes is still the one of `peeked`: nothing was under way before the rights were read, nothing was counted until the
 * reading ended, and the session is still the one that was peeked at.
 */
export function inSteadySession<T>(
  services: Services,
  { tokenHash, origin, stop }: Asking,
  peeked: PeekedSession,
  authorize: (session: SignedIn) => void,
  read: (ctx: Context, session: SignedIn) => Promise<T>,
): Promise<{ result: T; isSteady: boolean }> {
  const { companyId, changes } = peeked;
  return withRetry(async () => {
    const { result, isSteady } = await inOpenedTransaction(
      services.pool,
      // In this order: what is still under way when rights are read must show.
      (tx) =>
        Promise.all([
          tx.first<{ changing: boolean }>(sql`select is_changing(${companyId}) as changing`),
          openSession(tx, services, tokenHash),
        ]),
      async (tx, [begun, session]) => {
        authorize(session);
        const result = await read(contextOf(services, tx, session, origin), session);
        const isSame =
          session.companyId === companyId && session.staffId === peeked.staffId && session.client === peeked.client;
        if (begun!.changing || !isSame) return { result, isSteady: Promise.resolve(false) };
        // Sent together with the end of the transaction.
        const isSteady = tx.first<{ changes: string }>(sql`select change_stamp(${companyId}) as changes`).then(
          (ended) => ended!.changes === changes,
          () => false,
        );
        return { result, isSteady };
      },
      { stop },
    );
    return { result, isSteady: await isSteady };
  });
}

const noOrigin = { ip: '', requestId: '' };

/** One transaction of the system itself within a company: scheduled work, demo data, checks. Sees every community. */
export function asSystem<T>(
  services: Pick<Services, 'pool' | 'clock' | 'newId' | 'vault'>,
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
          client: 'pc',
          permissions: new Set(),
          communityIds: '*',
          wholeCommunityIds: '*',
          clock: services.clock,
          newId: services.newId,
          vault: services.vault,
          origin: noOrigin,
        }),
    ),
  );
}

interface StaffRow extends ScopeRow {
  staff_name: string;
  permissions: string[];
  holds_all: boolean;
  scope: string;
}

/**
 * One transaction in the background on behalf of a person, with the rights and scope they have now; refused once they
 * may no longer work here. `scope` tells two scopes apart; `client` says which set of rights holds; `begin` is how the
 * transaction is opened, where it is not the plain way.
 */
export function asStaff<T>(
  services: Pick<Services, 'pool' | 'clock' | 'newId' | 'vault'>,
  companyId: string,
  staffId: string,
  work: (ctx: Context, scope: string) => Promise<T>,
  client: Client = 'pc',
  begin?: string,
): Promise<T> {
  return withRetry(() =>
    inOpenedTransaction(
      services.pool,
      (tx) =>
        tx.first<StaffRow>(
          sql`select * from act_as_staff(${companyId}, ${staffId}, ${client}, ${services.clock.now().toString()})`,
        ),
      async (tx, row) => {
        // Work that waited longer than the person stayed is not done in their name.
        if (!row?.staff_name) throw platformFail('signIn.disabled');
        const ctx: Context = {
          tx,
          companyId,
          actor: { kind: 'staff', id: staffId, name: row.staff_name },
          client,
          permissions: permissionsOf(row),
          ...scopeOf(row),
          clock: services.clock,
          newId: services.newId,
          vault: services.vault,
          origin: noOrigin,
        };
        return work(ctx, row.scope);
      },
      { begin },
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
  const step = (id: string) =>
    ctx.tx.first<StaffRow>(sql`select * from act_as_staff(${ctx.companyId}, ${id}, ${ctx.client}, ${now})`);
  if (ctx.actor.id === null) throw new Error('the system acts in nobody’s name');
  const row = await step(staffId);
  const result = await work(
    row?.staff_name
      ? {
          ...ctx,
          actor: { kind: 'staff', id: staffId, name: `${row.staff_name}（${ctx.actor.name} 同意）` },
          permissions: permissionsOf(row),
          ...scopeOf(row),
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
