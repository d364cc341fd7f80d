import type { Permission } from '@anlin/contract';
import type { Clock } from './clock.ts';
import type { Transaction } from './database/transaction.ts';
import type { NewId } from './ids.ts';
import type { Vault } from './secrets/index.ts';

/** Who acts: a person of the staff, a resident on the phone, an app of a third party, or the system itself in a scheduled job. */
export interface Actor {
  kind: 'staff' | 'resident' | 'app' | 'system';
  /** Id of the staff, the resident or the app; null for the system and for a phone that is nobody's yet. */
  id: string | null;
  /** Of a resident only that it is one: the audit keeps no personal data. */
  name: string;
}

/** What a person works on; each has a set of rights of its own (PLT-5). */
export type Client = 'pc' | 'phone';

/**
 * What a use case is given, and all it is given. Row-level security already holds for `companyId` and the actor's
 * data scope when a use case begins.
 */
export interface Context {
  tx: Transaction;
  companyId: string;
  actor: Actor;
  client: Client;
  permissions: ReadonlySet<Permission>;
  /** Communities of which the actor sees anything; `'*'` for all of the company. */
  communityIds: '*' | readonly string[];
  /** Communities the actor sees whole: of the others only buildings or houses lie in the data scope. */
  wholeCommunityIds: '*' | readonly string[];
  clock: Clock;
  newId: NewId;
  /** Seals and opens what must not lie open in the database. */
  vault: Vault;
  /** Where the request came from; empty in jobs. */
  origin: { ip: string; requestId: string };
}

/** Whose name a document carries: null where nobody of the staff acts. */
export function staffIdOf({ actor }: Pick<Context, 'actor'>): string | null {
  return actor.kind === 'staff' ? actor.id : null;
}

/** The instant as SQL and JSON write it. */
export function nowText(ctx: Pick<Context, 'clock'>): string {
  return ctx.clock.now().toString({ smallestUnit: 'millisecond' });
}
