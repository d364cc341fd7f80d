import { platformFail } from '@anlin/contract';
import { companyIds } from '../boundary.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { Services } from '../services.ts';

/**
 * A backup holds every company of the installation, and restoring one takes every company back. So only the company
 * that runs the installation, the oldest, looks after them, and there only people who see all of it. Others have
 * their own archive (PLT-10).
 */
export async function requireOperator(ctx: Context): Promise<void> {
  if (ctx.communityIds !== '*' || !(await isOperator(ctx))) throw platformFail('backup.notOperator');
}

export async function isOperator(ctx: Pick<Context, 'tx' | 'companyId'>): Promise<boolean> {
  const row = await ctx.tx.first<{ is: boolean | null }>(sql`select is_operator(${ctx.companyId}) as is`);
  return row?.is === true;
}

/** Null in an installation without a company. */
export async function findOperator(services: Pick<Services, 'pool'>): Promise<string | null> {
  return (await companyIds(services))[0] ?? null;
}

/** The people who are told when a backup fails: whoever may look after backups. */
export async function operatorsOf(ctx: Context): Promise<string[]> {
  const rows = await ctx.tx.rows<{
    id: string;
  }>(sql`select s.id from staff s, permissions_of(${ctx.companyId}, s.id, 'pc') r
    where s.company_id = ${ctx.companyId} and s.has_all_communities and s.disabled_at is null
      and (r.holds_all or 'backup.edit' = any (r.permissions)) order by s.id`);
  return rows.map((row) => row.id);
}
