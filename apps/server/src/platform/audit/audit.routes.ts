import * as contract from '@anlin/contract';
import { empty, sql } from '../database/sql.ts';
import { type Route, route } from '../http/route.ts';

interface AuditRow {
  id: string;
  at: string;
  actor_name: string;
  action: string;
  target_kind: string;
  target_id: string | null;
  target_label: string;
  community_label: string | null;
  before: unknown;
  after: unknown;
  ip: string;
  sequence: number | null;
}

export const auditRoutes: Route[] = [
  route(contract.listAudit, async (ctx, { query }) => {
    const { q, action, targetId, from, to } = query;
    const where = sql`e.company_id = ${ctx.companyId}
      ${q ? sql`and (e.actor_name ilike ${`%${q}%`} or e.target_label ilike ${`%${q}%`})` : empty}
      ${action ? sql`and e.action = ${action}` : empty}
      ${targetId ? sql`and e.target_id = ${targetId}` : empty}
      ${from ? sql`and e.at >= ${from}::date at time zone 'Asia/Shanghai'` : empty}
      ${to ? sql`and e.at < (${to}::date + 1) at time zone 'Asia/Shanghai'` : empty}`;
    const [count] = await ctx.tx.ad<{ total: number }>(
      sql`select count(*)::int as total from audit_entry e where ${where}`,
    );
    const rows =
      await ctx.tx.ad<AuditRow>(sql`select e.id, e.at, e.actor_name, e.action, e.target_kind, e.target_id, e.target_label,
        c.name as community_label, e.before, e.after, e.ip, s.sequence::int as sequence
      from audit_entry e
      left join community c on c.company_id = e.company_id and c.id = e.community_id
      left join audit_seal s on s.company_id = e.company_id and s.audit_entry_id = e.id
      where ${where} order by e.id desc limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}`);
    return {
      total: count!.total,
      rows: rows.map((row) => ({
        id: row.id,
        at: row.at,
        actorName: row.actor_name,
        action: row.action,
        targetKind: row.target_kind,
        targetId: row.target_id,
        targetLabel: row.target_label,
        communityLabel: row.community_label,
        before: row.before,
        after: row.after,
        ip: row.ip,
        sequence: row.sequence,
      })),
    };
  }),
];
