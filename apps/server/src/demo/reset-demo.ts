import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { asSystem } from '../platform/boundary.ts';
import { schemaName } from '../platform/database/pool.ts';
import { sql } from '../platform/database/sql.ts';
import { removeFile } from '../platform/files/receive-file.ts';
import type { S3Settings } from '../platform/files/s3-settings.ts';
import { openServices, type RunningServices } from '../platform/start-services.ts';
import { isDemoInstallation } from './demo-sign-ins.ts';
import { type DemoCounts, loadDemo } from './load-demo.ts';

/** Why the demo is not reset, in Chinese for the person who asked. */
export class ResetRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ResetRefused';
  }
}

/**
 * Removes everything of the demo and loads it anew. Refused with nothing changed while a server uses the database, and
 * where there is any company besides those of the demo.
 * @param databaseUrl of the owner
 * @param home the data folder
 * @param s3 where the files are, if not in the data folder; those people uploaded into the demo go too
 */
export async function resetDemo(databaseUrl: string, home: string, s3: S3Settings | undefined): Promise<DemoCounts> {
  await refuseWhileServed(databaseUrl);
  const before = await openServices({ databaseUrl, home, logLevel: 'silent', maxConnections: 2, s3 });
  try {
    await refuseOtherCompanies(before);
    await removeFiles(before);
  } finally {
    await before.stop();
  }
  // Structure and data are made again together. Killed in between, the next start finds an empty database and loads the demo.
  await dropSchemas(databaseUrl);
  await rm(join(home, 'files'), { recursive: true, force: true });
  const services = await openServices({ databaseUrl, home, logLevel: 'silent', maxConnections: 2, s3 });
  try {
    const counts = await loadDemo(services);
    if (!counts)
      throw new ResetRefused('清空之后数据库里又出现了物业公司，演示数据没有载入。请停止其他安邻服务后重试。');
    return counts;
  } finally {
    await services.stop();
  }
}

async function onDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Our connections carry our name. The embedded database is already locked by its home; this is for a server of one's own. */
async function refuseWhileServed(url: string): Promise<void> {
  const { rows } = await onDatabase(url, (client) =>
    client.query(`select pid from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name like 'anlin-%' limit 1`),
  );
  if (rows.length > 0) throw new ResetRefused('安邻服务正在使用这个数据库。请先停止服务，再重置演示数据。');
}

async function refuseOtherCompanies(services: RunningServices): Promise<void> {
  const { rows } = await services.pool.query('select id from company limit 1');
  if (rows.length === 0 || (await isDemoInstallation(services))) return;
  throw new ResetRefused('这里有演示之外的物业公司，重置会删掉真实数据，已拒绝，什么都没有改动。');
}

async function removeFiles(services: RunningServices): Promise<void> {
  const { rows: companies } = await services.pool.query<{ id: string }>('select id from company');
  for (const { id: companyId } of companies) {
    const files = await asSystem(services, companyId, (ctx) =>
      ctx.tx.rows<{ id: string }>(sql`select id from file where company_id = ${ctx.companyId}`),
    );
    for (const { id } of files) await removeFile(services.files, companyId, id);
  }
}

async function dropSchemas(url: string): Promise<void> {
  await onDatabase(url, (client) =>
    client.query(
      `begin; drop schema if exists ${schemaName} cascade; drop schema if exists graphile_worker cascade; commit`,
    ),
  );
}
