import type { ToDoSource } from '../console/to-do.ts';
import { sql } from '../database/sql.ts';
import { isOperator } from './operator.ts';

/** What keeps the installation from being safe: the last backup, the last verification, the kept log, the disk. */
export const backupToDo: ToDoSource = {
  key: 'backup',
  label: '备份或磁盘有问题',
  permission: 'backup.edit',
  path: '/system/backup',
  async count(ctx) {
    if (ctx.communityIds !== '*' || !(await isOperator(ctx))) return 0;
    const row = await ctx.tx.first<{ count: number }>(sql`select (
      (select count(*) from (select distinct on (kind = 'verification') state from backup_run
        where company_id = ${ctx.companyId} and state in ('done', 'failed')
        order by kind = 'verification', created_at desc, id desc) latest where latest.state = 'failed')
      + (select count(*) from backup_setting where company_id = ${ctx.companyId} and disk_low_since is not null)
      + (select count(*) from backup_setting where company_id = ${ctx.companyId} and continuous_problem <> '')
    )::int as count`);
    return row?.count ?? 0;
  },
};
