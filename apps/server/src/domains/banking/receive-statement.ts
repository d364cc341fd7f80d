import type { EndpointReply, receiveBankStatement, StatementHeadings } from '@anlin/contract';
import { formatYuan, sumFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { startMatching } from './match-lines.ts';
import { readBankAccount } from './read-bank-account.ts';
import type { StatementRow } from './read-statement.ts';

/**
 * Keeps the payments of a statement: each serial of an account once, however often and in whatever file it comes (CSH-10).
 * Remembers the columns for the account's next statement and starts the matching.
 */
export async function receiveStatement(
  ctx: Context,
  statement: { bankAccountId: string; fileName: string; columns: StatementHeadings; rows: readonly StatementRow[] },
): Promise<EndpointReply<typeof receiveBankStatement>> {
  const account = await readBankAccount(ctx, statement.bankAccountId);
  const { rows } = statement;
  const id = ctx.newId();
  await ctx.tx.run(sql`update bank_account set statement_columns = ${JSON.stringify(statement.columns)}
    where company_id = ${ctx.companyId} and id = ${account.id}`);
  await ctx.tx.run(sql`insert into bank_statement (company_id, id, community_id, bank_account_id, file_name, row_count, new_count, created_by, created_at)
    values (${ctx.companyId}, ${id}, ${account.communityId}, ${account.id}, ${statement.fileName}, ${rows.length}, 0, ${ctx.actor.id}, ${nowText(ctx)})`);
  const added = await ctx.tx.rows<{ id: string }>(sql`
    insert into bank_statement_line (company_id, id, community_id, statement_id, bank_account_id, row_number, paid_on, amount_fen, payer_name,
      payer_account, remark, serial)
    select ${ctx.companyId}, l.id, ${account.communityId}, ${id}, ${account.id}, l.row_number, l.paid_on, l.amount, l.payer_name, l.payer_account, l.remark, l.serial
    from unnest(${rows.map(() => ctx.newId())}::uuid[], ${rows.map((row) => row.row)}::int[], ${rows.map((row) => row.paidOn)}::date[],
      ${rows.map((row) => row.amountFen.toString())}::bigint[], ${rows.map((row) => row.payerName)}::text[],
      ${rows.map((row) => row.payerAccount)}::text[], ${rows.map((row) => row.remark)}::text[], ${rows.map((row) => row.serial)}::text[])
      l (id, row_number, paid_on, amount, payer_name, payer_account, remark, serial)
    on conflict (company_id, bank_account_id, serial) do nothing returning id`);
  await ctx.tx.run(
    sql`update bank_statement set new_count = ${added.length} where company_id = ${ctx.companyId} and id = ${id}`,
  );
  await recordAudit(ctx, {
    action: 'bankStatement.receive',
    targetKind: 'bankStatement',
    targetId: id,
    targetLabel: account.name,
    communityId: account.communityId,
    after: { rows: rows.length, added: added.length, total: formatYuan(sumFen(rows.map((row) => row.amountFen))) },
  });
  return { id, taskId: await startMatching(ctx, account), rowCount: rows.length, newCount: added.length };
}
