import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { int4Array, int8Array, jsonArray, uuidArray } from './binary-array.ts';
import { createPool } from './pool.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, as: 'owner', max: 1 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function asPostgresReads(type: string, values: Buffer): Promise<string[]> {
  const { rows } = await pool.query<{ value: string }>(
    `select n.value::text as value from unnest($1::${type}[]) with ordinality n (value, place) order by place`,
    [values],
  );
  return rows.map((row) => row.value);
}

describe('arrays in binary form', () => {
  it('arrive as what was sent, whatever it is', async () => {
    const any = fc.record({
      ids: fc.array(fc.uuid(), { maxLength: 50 }),
      small: fc.array(fc.integer()),
      large: fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      texts: fc.array(fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify({ 面积: text }))),
    });
    await fc.assert(
      fc.asyncProperty(any, async ({ ids, small, large, texts }) => {
        expect(await asPostgresReads('uuid', uuidArray(ids.map((id) => id.toUpperCase())))).toEqual(ids);
        expect(await asPostgresReads('int', int4Array(small))).toEqual(small.map(String));
        expect(await asPostgresReads('bigint', int8Array(large))).toEqual(large.map(String));
        const storable = texts.filter((text) => !text.includes('\\u'));
        expect(await asPostgresReads('json', jsonArray(storable))).toEqual(storable);
      }),
      { numRuns: 50 },
    );
  });
});
