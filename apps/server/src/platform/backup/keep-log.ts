import { randomBytes } from 'node:crypto';
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import type pg from 'pg';
import { z } from 'zod';
import type { KnownArchive } from './backup-folder.ts';
import { listFilesFolder } from './data-folder.ts';
import { positionOf, segmentBytes, segmentName, segmentOf } from './log-segment.ts';
import { filesRoot } from './manifest.ts';

/**
 * Keeping the log (PLT-18): a copy of PostgreSQL's write-ahead log beside the backups, with which a backup is rolled
 * forward to any moment. A replication slot of our own keeps a segment in place until it has been copied; there is no
 * archive_command, because PostgreSQL may run as a user that can reach neither Node nor the folder, and because a slot
 * can be switched on and off without a restart.
 *
 * A chain is what one slot kept without a gap, named after it. A backup made while a chain is open can be rolled
 * forward along it, and along no other.
 */
const slotPrefix = 'anlin_log_';
const slotName = /^anlin_log_[0-9a-f]{8}$/;
const segmentFile = /^[0-9A-F]{24}\.zst$/;
const compress = promisify(zstdCompress);

/** Of what changed at most this much is lost with the machine. */
export const keepLogEveryMinutes = 5;

const chainNote = z.object({
  startedAt: z.string(),
  /** Everything committed by then is in the chain. */
  until: z.string().nullable(),
  /** The last segment that is there; the next one was not finished. */
  lastSegment: z.string().nullable(),
});
export type ChainNote = z.infer<typeof chainNote>;

export const chainFolder = (folder: string, chain: string): string => join(folder, 'log', chain);

export async function readChainNote(folder: string, chain: string): Promise<ChainNote | null> {
  try {
    return chainNote.parse(JSON.parse(await readFile(join(chainFolder(folder, chain), 'chain.json'), 'utf8')));
  } catch {
    return null;
  }
}

async function writeChainNote(folder: string, chain: string, note: ChainNote): Promise<void> {
  await writeWhole(join(chainFolder(folder, chain), 'chain.json'), Buffer.from(JSON.stringify(note)));
}

interface Slot {
  slot_name: string;
  restart_lsn: string | null;
  wal_status: string | null;
}

async function slots(pool: Pick<pg.Pool, 'query'>): Promise<Slot[]> {
  const { rows } = await pool.query<Slot>(
    `select slot_name, restart_lsn::text, wal_status from pg_replication_slots where slot_type = 'physical' and not temporary`,
  );
  return rows.filter((row) => slotName.test(row.slot_name));
}

/** The chain that is open now; undefined where the log is not kept. */
export async function openChain(pool: Pick<pg.Pool, 'query'>, folder: string): Promise<string | undefined> {
  const [slot] = await slots(pool);
  return slot && (await readChainNote(folder, slot.slot_name)) ? slot.slot_name : undefined;
}

/** Stops keeping the log. What was kept stays until its backups are gone. */
export async function stopKeepingLog(pool: Pick<pg.Pool, 'query'>): Promise<void> {
  for (const { slot_name } of await slots(pool)) await pool.query('select pg_drop_replication_slot($1)', [slot_name]);
}

export interface KeepLogOptions {
  /** As a superuser of the embedded database. */
  pool: Pick<pg.Pool, 'query'>;
  dataDirectory: string;
  filesDirectory: string;
  /** Of the backups. */
  folder: string;
  now: Temporal.Instant;
  /** Also when the last time was only just now. */
  isUrgent?: boolean;
}

/**
 * Copies the log and the uploads that are new since the last time, at most every few minutes. Opens a chain where none
 * is open. Returns true when an earlier chain had broken off: the next backup begins what can be gone back to.
 */
export async function keepLog(options: KeepLogOptions): Promise<boolean> {
  const { pool, folder, now } = options;
  const { chain, hasBroken } = await findOrOpenChain(options);
  const note = (await readChainNote(folder, chain))!;
  const nextAt = note.until && Temporal.Instant.from(note.until).add({ minutes: keepLogEveryMinutes });
  if (nextAt && !options.isUrgent && Temporal.Instant.compare(now, nextAt) < 0) return hasBroken;
  const since = Temporal.Instant.from(note.until ?? note.startedAt).subtract({ minutes: 10 });
  await pool.query('select pg_switch_wal()');
  const lastSegment = (await copySegments(options, chain)) ?? note.lastSegment;
  await linkUploads(options, chain, since.epochMilliseconds);
  await writeChainNote(folder, chain, { ...note, until: now.toString(), lastSegment });
  return hasBroken;
}

async function findOrOpenChain({ pool, folder, now }: KeepLogOptions): Promise<{ chain: string; hasBroken: boolean }> {
  const found = await slots(pool);
  const [slot] = found;
  const isSound = slot && slot.wal_status !== 'lost' && (await readChainNote(folder, slot.slot_name)) !== null;
  if (slot && found.length === 1 && isSound) return { chain: slot.slot_name, hasBroken: false };
  await stopKeepingLog(pool);
  const chain = slotPrefix + randomBytes(4).toString('hex');
  await mkdir(chainFolder(folder, chain), { recursive: true, mode: 0o700 });
  await writeChainNote(folder, chain, { startedAt: now.toString(), until: null, lastSegment: null });
  await pool.query('select pg_create_physical_replication_slot($1, true)', [chain]);
  return { chain, hasBroken: found.length > 0 };
}

/** Copies every finished segment that the slot still holds, oldest first, and lets the slot go past it. Returns the last. */
async function copySegments({ pool, dataDirectory, folder }: KeepLogOptions, chain: string): Promise<string | null> {
  const { rows } = await pool.query<{ kept: string; flushed: string; timeline: number; bytes: string }>(
    `select restart_lsn::text as kept, pg_current_wal_flush_lsn()::text as flushed,
       (select timeline_id from pg_control_checkpoint()) as timeline,
       (select setting from pg_settings where name = 'wal_segment_size') as bytes
     from pg_replication_slots where slot_name = $1`,
    [chain],
  );
  const row = rows[0];
  if (!row || Number(row.bytes) !== segmentBytes) throw new Error('the slot is gone, or segments are of another size');
  const last = segmentOf(row.flushed);
  let copied: string | null = null;
  for (let segment = segmentOf(row.kept); segment < last; segment += 1n) {
    const name = segmentName(row.timeline, segment);
    const bytes = await readFile(join(dataDirectory, 'pg_wal', name));
    if (bytes.length !== segmentBytes) throw new Error(`log segment ${name} is not whole`);
    await writeWhole(join(chainFolder(folder, chain), `${name}.zst`), await compress(bytes));
    await pool.query('select pg_replication_slot_advance($1, $2::pg_lsn)', [chain, positionOf(segment + 1n)]);
    copied = name;
  }
  return copied;
}

/** Uploads that are younger than the backup are no part of it: they get a second name, or a copy, in the chain. */
async function linkUploads(options: KeepLogOptions, chain: string, sinceMs: number): Promise<void> {
  for await (const source of listFilesFolder(options.filesDirectory)) {
    if (source.kind !== 'file') continue;
    const found = await stat(source.from).catch(() => null);
    if (!found || Math.max(found.mtimeMs, found.ctimeMs) < sinceMs) continue;
    const target = join(chainFolder(options.folder, chain), filesRoot, source.path.slice(filesRoot.length + 1));
    if (await stat(target).catch(() => null)) continue;
    await mkdir(dirname(target), { recursive: true });
    // On another disk a second name cannot be given.
    await link(source.from, target).catch(async () => {
      await copyFile(source.from, `${target}.new`);
      await rename(`${target}.new`, target);
    });
  }
}

async function writeWhole(target: string, bytes: Buffer): Promise<void> {
  const handle = await open(`${target}.new`, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${target}.new`, target);
}

/** The archives of a chain from which it can be rolled forward, oldest first, no older than the days kept daily. */
export function basesOf(archives: readonly KnownArchive[], chain: string, oldest: Temporal.Instant): KnownArchive[] {
  const all = archives.filter((one) => one.note?.log?.chain === chain && one.problem === '').toReversed();
  const young = all.filter((one) => Temporal.Instant.compare(one.createdAt, oldest) >= 0);
  return young.length > 0 ? young : all.slice(-1);
}

/** Removes log and uploads that no kept backup needs, and chains that have none left and are closed. */
export async function forgetLog(
  folder: string,
  archives: readonly KnownArchive[],
  current: string | undefined,
  oldest: Temporal.Instant,
): Promise<void> {
  for (const chain of (await readdir(join(folder, 'log')).catch(() => [])).filter((name) => slotName.test(name))) {
    const [base] = basesOf(archives, chain, oldest);
    if (!base) {
      if (chain !== current) await rm(chainFolder(folder, chain), { recursive: true, force: true });
      continue;
    }
    const first = base.note?.log?.lastSegment ?? '';
    for (const name of await readdir(chainFolder(folder, chain))) {
      if (segmentFile.test(name) && name.slice(0, 24) <= first)
        await rm(join(chainFolder(folder, chain), name), { force: true });
    }
    await forgetUploads(join(chainFolder(folder, chain), filesRoot), Temporal.Instant.from(base.createdAt));
  }
}

// What was there an hour before the backup is in it.
async function forgetUploads(folder: string, base: Temporal.Instant): Promise<void> {
  const before = base.subtract({ hours: 1 }).epochMilliseconds;
  for await (const source of listFilesFolder(folder)) {
    if (source.kind !== 'file') continue;
    const found = await stat(source.from).catch(() => null);
    if (found && found.mtimeMs < before) await rm(source.from, { force: true });
  }
}
