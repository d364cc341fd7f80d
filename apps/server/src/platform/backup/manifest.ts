import { z } from 'zod';

/** Last entry of an archive: without it the archive was cut off. */
export const manifestPath = 'manifest.json';

/** Top folders of an archive: PostgreSQL's data folder and the uploaded files. */
export const dataRoot = 'data';
export const filesRoot = 'files';

const manifestFile = z.object({
  path: z.string(),
  size: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export const manifestSchema = z.object({
  format: z.literal('anlin-backup-1'),
  /** Instant, ISO 8601 in UTC. */
  createdAt: z.string(),
  /** PostgreSQL's version, such as '18.4'. */
  postgresVersion: z.string(),
  /** `process.platform`-`process.arch` of the machine it was made on. */
  platform: z.string(),
  files: z.array(manifestFile),
  /** With what it can be rolled forward: the chain of kept log, and the last segment the archive itself holds. */
  log: z.object({ chain: z.string(), lastSegment: z.string() }).optional(),
});

export type ManifestFile = z.infer<typeof manifestFile>;
export type Manifest = z.infer<typeof manifestSchema>;
