import { resolve } from 'node:path';

/** A path as the person typed it, seen from where they typed it: npm runs scripts in the repository's folder. */
export function resolveFromCaller(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

/** Absolute path of the data folder: ANLIN_HOME, else `.anlin` where the command was typed. */
export function resolveHome(): string {
  return resolveFromCaller(process.env.ANLIN_HOME || '.anlin');
}
