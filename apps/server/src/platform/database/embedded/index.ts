// Front door of the embedded database: PostgreSQL 18 from npm packages, run beside the application.
export { EmbeddedDatabaseError, type EmbeddedDatabaseErrorCode } from './embedded-error.ts';
export { removeAbandonedHome } from './remove-abandoned.ts';
export {
  type EmbeddedDatabase,
  findRunningEmbedded,
  type StartEmbeddedOptions,
  startEmbedded,
} from './start-embedded.ts';
