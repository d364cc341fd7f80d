import { z } from 'zod';

/** Entries of an archive: a CSV per table, the files, and the manifest as the last. */
export const explanationPath = '说明.txt';
export const manifestPath = 'manifest.json';
export const tablePath = (table: string) => `tables/${table}.csv`;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const archivedTable = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  /** In the order of the CSV's columns. */
  columns: z.array(z.string().regex(/^[a-z][a-z0-9_]*$/)),
  rows: z.number().int().nonnegative(),
  /** SHA-256 of the CSV's lines after the heading: the same for the same contents, whatever the company's id is. */
  sha256,
});

const archivedFile = z.object({
  id: z.uuid(),
  path: z.string().startsWith('files/'),
  sizeBytes: z.number().int().nonnegative(),
  sha256,
});

/** What an archive says of itself. Everything in it can be checked against this. */
export const manifestSchema = z.object({
  format: z.literal('anlin-archive-1'),
  companyName: z.string(),
  /** Instant, ISO 8601 in UTC. */
  createdAt: z.string(),
  /** Migrations of the database it was made from: it is read again only by the same structure. */
  structure: z.string(),
  /** Whether sealed numbers (id cards) stand in it in the clear; otherwise they are left out. */
  hasSealed: z.boolean(),
  tables: z.array(archivedTable),
  files: z.array(archivedFile),
  /** Files of which a row tells but whose bytes are not inside: earlier archives, copies of id cards unless asked for, and what the store did not have. */
  filesLeftOut: z.array(z.object({ id: z.uuid(), reason: z.enum(['archive', 'guarded', 'missing']) })),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ArchivedTable = z.infer<typeof archivedTable>;
export type ArchivedFile = z.infer<typeof archivedFile>;
