import { type BooksReport, verifyBooks } from '../domains/finance/index.ts';
import { asSystem, companyIds } from '../platform/boundary.ts';
import { resolveHome } from '../platform/caller-folder.ts';
import { systemClock } from '../platform/clock.ts';
import {
  EmbeddedDatabaseError,
  findDatabase,
  findRunningEmbedded,
  startEmbedded,
} from '../platform/database/embedded/index.ts';
import { migrate } from '../platform/database/migrate.ts';
import { createPool } from '../platform/database/pool.ts';
import { newId } from '../platform/ids.ts';
import { closedVault } from '../platform/secrets/index.ts';
import { booksReportText } from './books-report-text.ts';

/**
 * `npm run verify [-- --json]`: proves the books of every company, of a running or a stopped server, embedded or behind
 * DATABASE_URL. Ends with 0 when all agree, with 1 when anything does not, with 2 when there was nothing to look at.
 */
async function main(args: string[]): Promise<number> {
  const isJson = args.includes('--json');
  const home = resolveHome();
  const external = process.env.DATABASE_URL;
  if (!external && findDatabase(home) === null) {
    console.error(
      `${home} 中还没有数据（或当前用户无权读取），无法核对。若数据在别处，请设置 ANLIN_HOME 或 DATABASE_URL。`,
    );
    return 2;
  }
  const running = external ? null : await findRunningEmbedded(home);
  const started = external || running ? null : await startEmbedded({ home, log: isJson ? () => {} : console.log });
  try {
    const reports = await verifyAll(external ?? (running ?? started!).url);
    if (isJson) console.log(JSON.stringify(reports, null, 2));
    else for (const report of reports) console.log(`${booksReportText(report)}\n`);
    if (reports.length === 0 && !isJson) console.log('还没有物业公司，没有账目可核对。');
    return reports.every(({ isSound }) => isSound) ? 0 : 1;
  } finally {
    await started?.stop();
  }
}

async function verifyAll(url: string): Promise<BooksReport[]> {
  await migrate(url);
  const pool = createPool({ url, as: 'application', max: 2 });
  try {
    const services = { pool, clock: systemClock, newId, vault: closedVault };
    const reports: BooksReport[] = [];
    for (const companyId of await companyIds(services)) reports.push(await asSystem(services, companyId, verifyBooks));
    return reports;
  } finally {
    await pool.end();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof EmbeddedDatabaseError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
