import type { FastifyBaseLogger } from 'fastify';
import type pg from 'pg';
import type { Installation } from './backup/installation.ts';
import type { Clock } from './clock.ts';
import type { FileStore } from './files/file-store.ts';
import type { NewId } from './ids.ts';
import type { Vault } from './secrets/index.ts';

/** What lives as long as the process. Use cases never see it; only the boundary does. */
export interface Services {
  /** Connections as the application's role, under row-level security. */
  pool: pg.Pool;
  /** Connections as the owner: migrations and the job queue, nothing else. */
  ownerPool: pg.Pool;
  clock: Clock;
  newId: NewId;
  files: FileStore;
  /** Signs short-lived links and derives sign-in codes; kept in the data folder. */
  secret: Buffer;
  /** Seals and opens what must not lie open in the database. */
  vault: Vault;
  /** Stands in for every provider outside: an emulator. Undefined: the providers themselves. */
  gateway: string | undefined;
  logger: FastifyBaseLogger;
  /** Where all of it is kept. */
  installation: Installation;
}
