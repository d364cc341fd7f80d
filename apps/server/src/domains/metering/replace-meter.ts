import {
  type EndpointRequest,
  meteringFail,
  platformFail,
  type replaceMeter as replaceEndpoint,
} from '@anlin/contract';
import { Decimal } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockMeters } from './meter-facts.ts';

interface MeterRow {
  number: string;
  version: number;
  community_id: string;
  status: string;
  multiplier: string;
  digits: number;
  last: string;
  has_readings: boolean;
  is_successor: boolean;
  next: string | null;
}

/**
 * Takes a meter out and puts a new one in its place (CHG-11): the new one belongs to the same house and standard, and its
 * first reading also counts what the old one counted after its last. Meters behind a master meter go with it.
 * Errors: resource.changed, meter.alreadyReplaced, meter.numberTaken, meter.notYetRead, meter.closingLower.
 */
export async function replaceMeter(
  ctx: Context,
  id: string,
  input: EndpointRequest<typeof replaceEndpoint>['body'],
): Promise<{ id: string }> {
  await lockMeters(ctx, [id]);
  const meter = await ctx.tx.first<MeterRow>(sql`
    select m.number, m.version, m.community_id, m.status, m.multiplier::text, m.digits, n.number "next",
      coalesce((select r.current from meter_reading r where r.company_id = m.company_id and r.meter_id = m.id order by r.month desc limit 1), m.initial_reading)::text "last",
      exists (select from meter_reading r where r.company_id = m.company_id and r.meter_id = m.id) has_readings,
      exists (select from meter o where o.company_id = m.company_id and o.replaced_by_id = m.id) is_successor
    from meter m left join meter n on n.company_id = m.company_id and n.id = m.replaced_by_id
    where m.company_id = ${ctx.companyId} and m.id = ${id}`);
  if (!meter) throw platformFail('resource.notFound', { label: '仪表' });
  const { number } = meter;
  if (meter.next !== null) throw meteringFail('meter.alreadyReplaced', { number, next: meter.next });
  if (meter.version !== input.version) throw platformFail('resource.changed', { label: '仪表' });
  if (meter.is_successor && !meter.has_readings) throw meteringFail('meter.notYetRead', { number });
  if (new Decimal(input.closing).lessThan(meter.last)) {
    const previous = new Decimal(meter.last).toFixed();
    throw meteringFail('meter.closingLower', { closing: input.closing, previous }, [
      { path: 'closing', message: `不能低于 ${previous}` },
    ]);
  }
  const taken = await ctx.tx.first(sql`select 1 from meter
    where company_id = ${ctx.companyId} and community_id = ${meter.community_id} and number = ${input.number}`);
  if (taken)
    throw meteringFail('meter.numberTaken', { number: input.number }, [{ path: 'number', message: '编号已存在' }]);
  const newId = ctx.newId();
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into meter (company_id, id, community_id, number, kind, house_id, parking_space_id, building_id, place, multiplier, digits,
      initial_reading, charge_standard_id, parent_id, is_master, loss_share, walk_order, created_at, updated_at)
    select company_id, ${newId}, community_id, ${input.number}, kind, house_id, parking_space_id, building_id, place, ${input.multiplier ?? meter.multiplier},
      ${input.digits ?? meter.digits}, ${input.opening}, charge_standard_id, parent_id, is_master, loss_share, walk_order, ${now}, ${now}
    from meter where company_id = ${ctx.companyId} and id = ${id}`);
  await ctx.tx.run(sql`update meter set status = 'replaced', replaced_by_id = ${newId}, closing_reading = ${input.closing}, replaced_on = ${input.replacedOn},
      version = version + 1, updated_at = ${now} where company_id = ${ctx.companyId} and id = ${id}`);
  await ctx.tx.run(sql`update meter set parent_id = ${newId}, version = version + 1, updated_at = ${now}
    where company_id = ${ctx.companyId} and parent_id = ${id}`);
  await ctx.tx.run(sql`update apportionment set meter_id = ${newId}, version = version + 1, updated_at = ${now}
    where company_id = ${ctx.companyId} and meter_id = ${id}`);
  await recordAudit(ctx, {
    action: 'meter.replace',
    targetKind: 'meter',
    targetId: id,
    targetLabel: number,
    communityId: meter.community_id,
    before: { number, status: meter.status },
    after: { number: input.number, closing: input.closing, opening: input.opening, replacedOn: input.replacedOn },
  });
  return { id: newId };
}
