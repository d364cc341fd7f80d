import { totalmem } from 'node:os';

export type PostgresSettings = Record<string, string>;

const mebibyte = 1024 * 1024;

/**
 * Settings for a small server shared with the application, given on PostgreSQL's command line so that they follow the
 * release, not the age of the data folder.
 */
export function embeddedSettings(port: number, memoryBytes: number = availableMemoryBytes()): PostgresSettings {
  const memoryMiB = Math.floor(memoryBytes / mebibyte);
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: `${between(64, Math.floor(memoryMiB / 16), 2048)}MB`,
    effective_cache_size: `${between(128, Math.floor(memoryMiB / 2), 65_536)}MB`,
    work_mem: '16MB',
    maintenance_work_mem: `${between(64, Math.floor(memoryMiB / 32), 256)}MB`,
    // A million bills are about 1 GB of log: written between two checkpoints, no page is written whole twice.
    max_wal_size: `${between(1024, Math.floor(memoryMiB / 8), 3072)}MB`,
    wal_compression: 'on',
    // Without replicas "replica" costs nearly nothing and lets the backup take its copy while people work.
    wal_level: 'replica',
    // Log that a backup or the keeping of the log still needs must not fill the disk when nobody fetches it.
    max_slot_wal_keep_size: '8GB',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    random_page_cost: '1.1',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    datestyle: 'ISO, YMD',
    lc_messages: 'C',
    // The log must not carry people's data: no statements, no "Key (phone)=(…)" details.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    password_encryption: 'scram-sha-256',
  };
}

function between(least: number, wanted: number, most: number): number {
  return Math.min(most, Math.max(least, wanted));
}

// In a container the limit is the container's, not the machine's. 0 or a huge figure means "no limit".
function availableMemoryBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
