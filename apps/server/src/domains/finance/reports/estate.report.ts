import { houseUsages } from '@anlin/contract';
import { type Sql, sql } from '../../../platform/database/sql.ts';
import type { ReportSource } from './report-source.ts';

/** 房屋统计: the houses there are now. */
export const housesReport: ReportSource = {
  branches: (ctx) => {
    const is = (condition: Sql) => sql`case when ${condition} then 1 else 0 end`;
    return [
      {
        from: sql`house h
          left join (select p.house_id from occupancy p where p.company_id = ${ctx.companyId} and p.moved_out_on is null group by 1) o on o.house_id = h.id
          left join (select b.target_id from bill b where b.company_id = ${ctx.companyId} and b.voided_at is null and b.outstanding_fen > 0
            group by 1) d on d.target_id = h.id`,
        where: sql`h.company_id = ${ctx.companyId}`,
        of: {
          community: sql`h.community_id`,
          building: sql`h.building_id`,
          target: sql`h.id`,
          targetKind: sql`'house'`,
          kind: sql`h.usage`,
        },
        amounts: {
          houses: sql`1`,
          builtArea: sql`h.built_area`,
          lived: is(sql`o.house_id is not null`),
          empty: is(sql`o.house_id is null`),
          owing: is(sql`d.target_id is not null`),
        },
        line: { document: sql`'house'`, id: sql`h.id`, openAs: sql`'house'`, openId: sql`h.id` },
      },
    ];
  },
  kinds: houseUsages,
};

/** 住户统计: the people who live here now. */
export const residentsReport: ReportSource = {
  branches: (ctx) => {
    const role = (condition: Sql) => sql`case when o.role ${condition} then 1 else 0 end`;
    return [
      {
        from: sql`occupancy o`,
        where: sql`o.company_id = ${ctx.companyId} and o.moved_out_on is null`,
        of: { community: sql`o.community_id`, target: sql`o.house_id`, targetKind: sql`'house'` },
        amounts: {
          ties: sql`1`,
          owners: role(sql`= 'owner'`),
          families: role(sql`= 'family'`),
          tenants: role(sql`= 'tenant'`),
          others: role(sql`not in ('owner', 'family', 'tenant')`),
        },
        distinct: { residents: sql`o.resident_id` },
        line: { document: sql`'occupancy'`, id: sql`o.id`, openAs: sql`'house'`, openId: sql`o.house_id` },
      },
    ];
  },
};
