import type pg from 'pg';

/**
 * The reference of the payment benchmark: transactions of the shape of TPC-B (update an account, read it, update its
 * teller and branch, add a line to the history) by the same driver with prepared statements on the same server.
 */
export interface Tpcb {
  /** Runs one transaction on a connection. */
  transact(client: pg.PoolClient): Promise<void>;
}

const accountsPerBranch = 20_000;
const tellersPerBranch = 10;

/** Makes the tables anew, with `scale` branches: at least as many as there are clients, so that they seldom meet. */
export async function prepareTpcb(owner: pg.Pool, scale: number): Promise<Tpcb> {
  await owner.query(`drop schema if exists bench_tpcb cascade; create schema bench_tpcb;
    create table bench_tpcb.branch (id int primary key, balance bigint not null, filler char(88));
    create table bench_tpcb.teller (id int primary key, branch_id int not null, balance bigint not null, filler char(84));
    create table bench_tpcb.account (id int primary key, branch_id int not null, balance bigint not null, filler char(84));
    create table bench_tpcb.history (teller_id int, branch_id int, account_id int, delta bigint, at timestamptz, filler char(22));
    insert into bench_tpcb.branch select i, 0, '' from generate_series(1, ${scale}) i;
    insert into bench_tpcb.teller select i, (i - 1) / ${tellersPerBranch} + 1, 0, '' from generate_series(1, ${scale * tellersPerBranch}) i;
    insert into bench_tpcb.account select i, (i - 1) / ${accountsPerBranch} + 1, 0, '' from generate_series(1, ${scale * accountsPerBranch}) i;
    analyze bench_tpcb.branch, bench_tpcb.teller, bench_tpcb.account`);
  const random = (most: number) => 1 + Math.floor(Math.random() * most);
  return {
    async transact(client) {
      const delta = random(10_000) - 5_000;
      const account = random(scale * accountsPerBranch);
      const teller = random(scale * tellersPerBranch);
      const branch = random(scale);
      const run = (name: string, text: string, values: number[]) =>
        client.query({ name: `tpcb ${name}`, text, values });
      await client.query('begin');
      await run('1', 'update bench_tpcb.account set balance = balance + $1 where id = $2', [delta, account]);
      await run('2', 'select balance from bench_tpcb.account where id = $1', [account]);
      await run('3', 'update bench_tpcb.teller set balance = balance + $1 where id = $2', [delta, teller]);
      await run('4', 'update bench_tpcb.branch set balance = balance + $1 where id = $2', [delta, branch]);
      await run('5', 'insert into bench_tpcb.history values ($1, $2, $3, $4, current_timestamp)', [
        teller,
        branch,
        account,
        delta,
      ]);
      await client.query('commit');
    },
  };
}
