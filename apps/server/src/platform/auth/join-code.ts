import { createHash } from 'node:crypto';

/** What is kept of a code by which a person joins a company: it is made at random, so its plain hash tells nothing. */
export const hashJoinCode = (code: string): Buffer => createHash('sha256').update(code.trim().toLowerCase()).digest();
