import type { ReportDimension } from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import { join, type Sql, sql } from '../../../platform/database/sql.ts';
import { keyName } from './branch-sums.ts';
import type { ReportSource } from './report-source.ts';

interface Naming {
  label: Sql;
  joins: Sql;
  order: Sql;
}

/** Labels of the groups `f`, the joins that find them, and the order a person expects them in. */
export function nameDimensions(
  ctx: Context,
  dimensions: readonly ReportDimension[],
  source: ReportSource,
): { labels: Sql[]; joins: Sql; order: Sql; community: Sql } {
  const names = dimensions.map((one, index) => nameOf(ctx, one, sql`f.${keyName(index)}`, source));
  const isOfPlaces = dimensions.some((one) => one === 'community' || one === 'building' || one === 'target');
  const communities = sql`left join community c on c.company_id = ${ctx.companyId} and c.id = f.community_id`;
  return {
    labels: names.map(({ label }) => label),
    joins: join([...(isOfPlaces ? [communities] : []), ...names.map(({ joins }) => joins)], ' '),
    order: join(names.map(({ order }) => order)),
    community: isOfPlaces ? sql`coalesce(c.name, '')` : sql`''`,
  };
}

function nameOf(ctx: Context, dimension: ReportDimension, key: Sql, source: ReportSource): Naming {
  const company = ctx.companyId;
  switch (dimension) {
    case 'month':
    case 'day':
    case 'kind':
      return { label: sql`coalesce(${key}, '')`, joins: sql``, order: key };
    case 'community':
      return { label: sql`coalesce(c.name, '')`, joins: sql``, order: sql`c.sort_order, c.name` };
    case 'building':
      return {
        label: sql`coalesce(u.name, '不属于楼宇')`,
        joins: sql`left join building u on u.company_id = ${company} and u.id = ${key}`,
        order: sql`c.sort_order, c.name, u.id is null, u.sort_order, u.name collate natural_order`,
      };
    case 'target':
      return {
        label: sql`coalesce(h.full_name, k.number, v.plate, '无房屋')`,
        joins: sql`left join house h on f.target_kind = 'house' and h.company_id = ${company} and h.id = ${key}
          left join building u on u.company_id = ${company} and u.id = h.building_id
          left join parking_space k on f.target_kind = 'parkingSpace' and k.company_id = ${company} and k.id = ${key}
          left join vehicle v on f.target_kind = 'vehicle' and v.company_id = ${company} and v.id = ${key}`,
        order: sql`c.sort_order, c.name, f.target_kind, u.sort_order, h.sort_order, coalesce(h.full_name, k.number, v.plate, '') collate natural_order`,
      };
    case 'item':
      return {
        label: sql`coalesce(i.name, ${source.noItem ?? '无收费项目'})`,
        joins: sql`left join charge_item i on i.company_id = ${company} and i.id = ${key}`,
        order: sql`i.id is null, i.sort_order, i.name`,
      };
    case 'method':
      return {
        label: sql`coalesce(m.name, '')`,
        joins: sql`left join payment_method m on m.company_id = ${company} and m.id = ${key}`,
        order: sql`m.sort_order, m.name`,
      };
    case 'staff':
      return {
        label: sql`coalesce(e.name, '系统')`,
        joins: sql`left join staff e on e.company_id = ${company} and e.id = ${key}`,
        order: sql`e.id is null, e.name, e.id`,
      };
  }
}
