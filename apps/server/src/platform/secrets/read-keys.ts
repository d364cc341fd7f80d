import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const keyBytes = 32;

/**
 * The keys of the vault, present one first: from `ANLIN_SECRET_KEY` (base64, several parted by commas), otherwise from
 * `data.key` in the data folder, one in a line, made at the first start and readable by its owner alone. The file is
 * no part of the database and of no backup of ours: whoever copies the database does not copy the key.
 */
export async function readVaultKeys(home: string, given = process.env.ANLIN_SECRET_KEY): Promise<Buffer[]> {
  if (given) return parseKeys(given.split(','), 'ANLIN_SECRET_KEY');
  const path = join(home, 'data.key');
  await mkdir(home, { recursive: true });
  await makeKeyFile(path);
  return parseKeys((await readFile(path, 'utf8')).split('\n'), path);
}

/** Written aside and then given its name at once, so that of two processes that start together both read the first one's key. */
async function makeKeyFile(path: string): Promise<void> {
  const made = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(made, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  await link(made, path).catch(ignoreExisting);
  await rm(made);
}

function parseKeys(texts: readonly string[], where: string): Buffer[] {
  const keys = texts.filter((text) => text.trim() !== '').map((text) => Buffer.from(text.trim(), 'base64'));
  if (keys.length === 0 || keys.some((key) => key.length !== keyBytes)) {
    throw new Error(`${where} 中的密钥不对：每把应为 32 字节的 base64。请恢复原来的密钥，不要另做一把`);
  }
  return keys;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
