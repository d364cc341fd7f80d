import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { createPool } from './pool.ts';
import { sql } from './sql.ts';
import { inTransaction } from './transaction.ts';

let database: TestDatabase;
let owner: pg.Pool;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = createPool({ url: database.url, as: 'owner', max: 1 });
  await owner.query('create table kept_line (id int primary key); grant select, insert on kept_line to anlin_app');
  pool = createPool({ url: database.url, as: 'application', max: 1 });
});
afterAll(async () => {
  await pool.end();
  await owner.end();
  await database.drop();
});

const lines = async () =>
  (await pool.query<{ id: number }>('select id from kept_line order by id')).rows.map((row) => row.id);

describe('a statement left to the end of its transaction', () => {
  it('is committed with what came before', async () => {
    const result = await inTransaction(pool, async (tx) => {
      await tx.run(sql`insert into kept_line values (1)`);
      tx.leaveToEnd(tx.run(sql`insert into kept_line values (2)`));
      return 'written';
    });
    expect(result).toBe('written');
    expect(await lines()).toEqual([1, 2]);
  });

  it('fails the transaction with its own error when it is refused, and nothing is kept', async () => {
    const refused = inTransaction(pool, async (tx) => {
      await tx.run(sql`insert into kept_line values (3)`);
      tx.leaveToEnd(tx.run(sql`insert into kept_line values (1)`));
    });
    await expect(refused).rejects.toMatchObject({ code: '23505' });
    expect(await lines()).toEqual([1, 2]);
  });

  it('is not kept when the work after it fails', async () => {
    const refused = inTransaction(pool, async (tx) => {
      tx.leaveToEnd(tx.run(sql`insert into kept_line values (4)`));
      throw new Error('changed its mind');
    });
    await expect(refused).rejects.toThrow('changed its mind');
    expect(await lines()).toEqual([1, 2]);
  });

  it('does not commit sums of which not every row was found', async () => {
    const refused = inTransaction(pool, async (tx) => {
      await tx.run(sql`insert into kept_line values (5)`);
      tx.leaveToEnd(tx.run(sql`select require_whole(1, 2)`));
    });
    await expect(refused).rejects.toThrow('written whole');
    expect(await lines()).toEqual([1, 2]);
  });
});
