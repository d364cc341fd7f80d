import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { applicationRole, schemaName } from './pool.ts';

export const migrationsFolder = new URL('../../../migrations/', import.meta.url);

interface Migration {
  name: string;
  text: string;
  checksum: string;
}

/** Plain SQL files in the order of their names. A file that has been applied somewhere never changes again. */
export async function readMigrations(folder: URL = migrationsFolder): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

/**
 * Brings the database of `url` (its owner) up to date. Safe when several processes start at once; each file is one
 * transaction. Refuses to go on when an applied file was changed afterwards.
 */
export async function migrate(url: string): Promise<{ applied: string[] }> {
  const client = new pg.Client({
    connectionString: url,
    options: `-c search_path=${schemaName},public -c timezone=UTC`,
  });
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('anlin-migrate'))`);
    await prepare(client);
    const done = new Map(
      (await client.query<{ name: string; checksum: string }>('select name, checksum from schema_migration')).rows.map(
        (row) => [row.name, row.checksum],
      ),
    );
    const applied: string[] = [];
    for (const migration of await readMigrations()) {
      const known = done.get(migration.name);
      if (known === undefined) {
        await apply(client, migration);
        applied.push(migration.name);
      } else if (known !== migration.checksum) {
        throw new Error(`数据库结构文件 ${migration.name} 在应用之后被改动过，拒绝启动。请恢复原文件，另写新的迁移`);
      }
    }
    return { applied };
  } finally {
    await client.end();
  }
}

async function prepare(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [applicationRole]);
  if (rowCount === 0) {
    // Two databases of one server may be prepared at once: the second finds the role made meanwhile.
    await client.query(
      `do $$ begin create role ${applicationRole} nologin nobypassrls; exception when duplicate_object or unique_violation then null; end $$`,
    );
  }
  await client.query(`
    create schema if not exists ${schemaName};
    grant usage on schema ${schemaName} to ${applicationRole};
    do $$ begin execute 'grant ${applicationRole} to ' || quote_ident(current_user); end $$;
    create table if not exists schema_migration (name text primary key, checksum text not null, applied_at timestamptz not null default now());
  `);
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.text);
    await client.query('insert into schema_migration (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`数据库结构文件 ${migration.name} 执行失败`, { cause: error });
  }
}
