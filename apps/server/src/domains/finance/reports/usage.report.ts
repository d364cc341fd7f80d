import { meterKinds } from '@anlin/contract';
import { sql } from '../../../platform/database/sql.ts';
import type { ReportSource } from './report-source.ts';

/** 用量: readings of the months, master meters left out, each kind of meter apart. */
export const usageReport: ReportSource = {
  branches: (ctx) => [
    {
      from: sql`meter_reading r join meter m on m.company_id = r.company_id and m.id = r.meter_id
        left join charge_standard s on s.company_id = m.company_id and s.id = m.charge_standard_id
        left join bill b on b.company_id = r.company_id and b.meter_reading_id = r.id and b.voided_at is null`,
      where: sql`r.company_id = ${ctx.companyId} and m.company_id = ${ctx.companyId} and not m.is_master`,
      of: {
        community: sql`r.community_id`,
        building: sql`m.building_id`,
        target: sql`coalesce(m.house_id, m.parking_space_id)`,
        targetKind: sql`case when m.house_id is not null then 'house' when m.parking_space_id is not null then 'parkingSpace' end`,
        item: sql`s.charge_item_id`,
        kind: sql`m.kind`,
        day: sql`r.month`,
      },
      amounts: {
        readings: sql`1`,
        usage: sql`r.usage`,
        receivable: sql`coalesce(b.receivable_fen, 0)`,
        outstanding: sql`coalesce(b.outstanding_fen, 0)`,
      },
      distinct: { meters: sql`m.id` },
      line: { document: sql`'meterReading'`, id: sql`r.id`, openAs: sql`'bill'`, openId: sql`b.id` },
    },
  ],
  kinds: meterKinds,
  noItem: '不收费',
};
