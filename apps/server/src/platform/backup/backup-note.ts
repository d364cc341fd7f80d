import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { filesRoot, type Manifest } from './manifest.ts';

/**
 * What is known of an archive, kept in a small file beside it: reading the archive itself for every look at the list
 * would take minutes. It stays with the archive when the database is restored or lost.
 */
const noteSchema = z.object({
  format: z.literal('anlin-backup-note-1'),
  kind: z.enum(['scheduled', 'manual', 'unknown']),
  /** Instants, ISO 8601 in UTC. */
  createdAt: z.string(),
  verifiedAt: z.string().nullable(),
  /** Empty while nothing is known to be wrong. */
  problem: z.string(),
  contents: z
    .object({
      databaseBytes: z.number(),
      uploadCount: z.number(),
      uploadBytes: z.number(),
      postgresVersion: z.string(),
    })
    .nullable(),
  /** With what it can be rolled forward (see `Manifest`). */
  log: z.object({ chain: z.string(), lastSegment: z.string() }).nullable(),
});
export type BackupNote = z.infer<typeof noteSchema>;

export const noteEnding = '.note.json';

/** The note of an archive; null when there is none or it cannot be read. */
export async function readNote(archive: string): Promise<BackupNote | null> {
  try {
    return noteSchema.parse(JSON.parse(await readFile(archive + noteEnding, 'utf8')));
  } catch {
    return null;
  }
}

export async function writeNote(archive: string, note: BackupNote): Promise<void> {
  const fresh = `${archive}${noteEnding}.new`;
  await writeFile(fresh, JSON.stringify(note, null, 2), { mode: 0o600, flush: true });
  await rename(fresh, archive + noteEnding);
}

export function noteOf(manifest: Manifest, kind: BackupNote['kind'], verifiedAt: string): BackupNote {
  const sum = (files: Manifest['files']) => files.reduce((total, file) => total + file.size, 0);
  const uploads = manifest.files.filter((file) => file.path.startsWith(`${filesRoot}/`));
  return {
    format: 'anlin-backup-note-1',
    kind,
    createdAt: manifest.createdAt,
    verifiedAt,
    problem: '',
    contents: {
      databaseBytes: sum(manifest.files) - sum(uploads),
      uploadCount: uploads.length,
      uploadBytes: sum(uploads),
      postgresVersion: manifest.postgresVersion,
    },
    log: manifest.log ?? null,
  };
}
