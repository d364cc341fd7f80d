// Front door of the embedded database: PostgreSQL 18 from npm packages, run beside the application.

export { findBinariesPackage } from './binaries.ts';
export { type ClaimedHome, claimHome } from './claim-home.ts';
export { EmbeddedDatabaseError, type EmbeddedDatabaseErrorCode } from './embedded-error.ts';
export { findDatabase } from './locate.ts';
export { recoverCluster } from './recover-cluster.ts';
export { removeAbandonedHome } from './remove-abandoned.ts';
export {
  type EmbeddedDatabase,
  findRunningEmbedded,
  type StartEmbeddedOptions,
  startEmbedded,
} from './start-embedded.ts';
