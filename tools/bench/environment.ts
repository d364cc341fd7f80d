import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asSystem } from '../../apps/server/src/platform/boundary.ts';
import { createCompany, createStaff } from '../../apps/server/src/platform/company/create-company.ts';
import { nowText } from '../../apps/server/src/platform/context.ts';
import { removeAbandonedHome } from '../../apps/server/src/platform/database/embedded/index.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { inTransaction } from '../../apps/server/src/platform/database/transaction.ts';
import { startServices } from '../../apps/server/src/platform/start-services.ts';
import type { BenchCompany, BenchEnvironment } from './bench.ts';

/** Starts an embedded database in a folder of its own, flushing to disk as in production. */
export async function openEnvironment(
  { isQuick, isLarge }: Pick<BenchEnvironment, 'isQuick' | 'isLarge'>,
  say: (message: string) => void,
): Promise<BenchEnvironment & { close(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'anlin-bench-'));
  const services = await startServices({
    databaseUrl: process.env.BENCH_DATABASE_URL,
    home,
    logLevel: 'silent',
  });
  let companies = 0;
  async function freshCompany(): Promise<BenchCompany> {
    companies += 1;
    const name = `测速 ${companies}`;
    const phone = `188${String(companies).padStart(8, '0')}`;
    const companyId = await inTransaction(services.pool, (tx) =>
      createCompany({ tx, newId: services.newId, clock: services.clock }, { name }),
    );
    return asSystem(services, companyId, async (ctx) => {
      const communityId = ctx.newId();
      await ctx.tx.run(sql`insert into community (company_id, id, name, code, created_at, updated_at)
        values (${companyId}, ${communityId}, ${name}, ${`B${companies}`}, ${nowText(ctx)}, ${nowText(ctx)})`);
      const staffId = await createStaff(ctx, {
        name: '测速员',
        phone,
        password: 'bench-2026',
        position: '管理员',
        groups: ['管理员'],
        communityIds: '*',
      });
      return { companyId, communityId, staffId };
    });
  }
  return {
    services,
    databaseUrl: services.databaseUrl,
    isQuick,
    isLarge,
    say,
    freshCompany,
    async close() {
      await services.stop();
      await removeAbandonedHome(home);
    },
  };
}
