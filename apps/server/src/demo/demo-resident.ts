import { asSystem } from '../platform/boundary.ts';
import { sql } from '../platform/database/sql.ts';
import type { Services } from '../platform/services.ts';
import { mainCompanyId } from './staff-list.ts';

/**
 * An owner of the demo with something due and something paid, as a line to print: how to sign in on the phone. Undefined where
 * there is none.
 */
export function demoResident(
  services: Pick<Services, 'pool' | 'clock' | 'newId' | 'vault'>,
): Promise<string | undefined> {
  return asSystem(services, mainCompanyId, async (ctx) => {
    const row = await ctx.tx.first<{ name: string; phone: string; house: string }>(sql`
      select r.name, r.phone, h.full_name as house
      from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
      join house h on h.company_id = o.company_id and h.id = o.house_id
      where o.company_id = ${mainCompanyId} and o.role = 'owner' and o.moved_out_on is null and r.phone <> ''
        and exists (select from bill b where b.company_id = o.company_id and b.target_id = o.house_id and b.outstanding_fen > 0 and b.debtor_resident_id is null)
        and exists (select from receipt t where t.company_id = o.company_id and t.target_id = o.house_id and t.reversed_at is null)
      order by r.phone limit 1`);
    return (
      row &&
      `住户端：上面的地址加 /m/，${row.name}（${row.house} 业主）${row.phone}；验证码用管理员在“系统 → 消息推送记录”里看`
    );
  });
}
