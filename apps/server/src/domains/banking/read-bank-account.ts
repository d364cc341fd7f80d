import { bankFail, platformFail, type StatementHeadings } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';

export interface BankAccount {
  id: string;
  name: string;
  communityId: string | null;
  /** Of its one community; empty when it is for several. */
  communityName: string;
  columns: StatementHeadings | null;
}

/** An account of the company whose payments the person may handle. Errors: reference.notFound (422), bankStatement.needsAll, scope.wholeCommunity (403). */
export async function readBankAccount(ctx: Context, id: string): Promise<BankAccount> {
  const row = await ctx.tx.first<{
    name: string;
    community_id: string | null;
    community_name: string | null;
    statement_columns: StatementHeadings | null;
  }>(sql`
    select k.name, k.community_id, c.name as community_name, k.statement_columns from bank_account k
    left join community c on c.company_id = k.company_id and c.id = k.community_id
    where k.company_id = ${ctx.companyId} and k.id = ${id}`);
  if (!row) throw platformFail('reference.notFound', { label: '公司账户' });
  if (row.community_id === null && ctx.communityIds !== '*') throw bankFail('bankStatement.needsAll');
  if (row.community_id !== null) requireWholeCommunity(ctx, row.community_id, '处理银行对账单');
  return {
    id,
    name: row.name,
    communityId: row.community_id,
    communityName: row.community_name ?? '',
    columns: row.statement_columns,
  };
}
