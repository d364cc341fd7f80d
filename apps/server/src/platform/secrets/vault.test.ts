import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVaultKeys } from './read-keys.ts';
import { vaultOf } from './vault.ts';

const key = (fill: number) => Buffer.alloc(32, fill);
const place = { companyId: 'c1', rowId: 'r1', field: 'resident.idCard' };

describe('what must not lie open in the database', () => {
  it('comes back as it was, never reads like it, and never twice looks the same', () => {
    const vault = vaultOf([key(1)]);
    fc.assert(
      fc.property(fc.string({ minLength: 6, unit: 'binary' }), (text) => {
        const sealed = vault.seal(text, place);
        expect(vault.open(sealed, place)).toBe(text);
        expect(sealed).not.toContain(text);
        expect(vault.seal(text, place)).not.toBe(sealed);
      }),
      { numRuns: 100 },
    );
  });

  it('opens nowhere but in its own row, field and company, and not when a bit was changed', () => {
    const vault = vaultOf([key(1)]);
    const sealed = vault.seal('11010519491231002X', place);
    for (const moved of [{ rowId: 'r2' }, { companyId: 'c2' }, { field: 'other' }]) {
      expect(() => vault.open(sealed, { ...place, ...moved })).toThrow('密钥');
    }
    const changed = `${sealed.slice(0, -3)}${sealed.endsWith('AAA') ? 'BBB' : 'AAA'}`;
    expect(() => vault.open(changed, place)).toThrow('密钥');
    expect(() => vaultOf([key(2)]).open(sealed, place)).toThrow('密钥');
  });

  it('stays readable and findable after a new key is put in front of the old one', () => {
    const old = vaultOf([key(1)]);
    const both = vaultOf([key(2), key(1)]);
    expect(both.open(old.seal('秘密', place), place)).toBe('秘密');
    expect(both.blindIndex('秘密', place)).toEqual(old.blindIndex('秘密', place));
    expect(() => old.open(both.seal('秘密', place), place)).toThrow('密钥');
    expect(old.blindIndex('秘密', place)).not.toEqual(old.blindIndex('秘密', { ...place, companyId: 'c2' }));
  });

  it('takes its key from the data folder, made once for its owner alone, or from the environment', async () => {
    const home = await mkdtemp(join(tmpdir(), 'anlin-vault-'));
    try {
      const [first, second] = await Promise.all([readVaultKeys(home, ''), readVaultKeys(home, '')]);
      expect(first).toEqual(second);
      expect((await stat(join(home, 'data.key'))).mode & 0o777).toBe(0o600);
      expect(await readVaultKeys(home, key(3).toString('base64'))).toEqual([key(3)]);
      const text = await readFile(join(home, 'data.key'), 'utf8');
      await writeFile(join(home, 'data.key'), `${key(4).toString('base64')}\n${text}`);
      expect((await readVaultKeys(home, '')).length).toBe(2);
      await expect(readVaultKeys(home, 'c2hvcnQ=')).rejects.toThrow('32 字节');
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});
