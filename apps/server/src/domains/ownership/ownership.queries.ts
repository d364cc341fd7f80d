import { type ArrearsDecision, type HandedHolding, type OwnershipHistory, platformFail } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

interface ChangeRow {
  id: string;
  handed_over_on: string;
  former: string[];
  comers: string[];
  arrears_decision: ArrearsDecision;
  arrears_fen: Fen;
  voided: number;
  raised: number;
  holdings: HandedHolding[];
  refund_number: string | null;
  note: string;
  done_by: string;
  created_at: string;
}

/** Owners of a house and its handovers, newest first. Error: resource.notFound. */
export async function readOwnership(ctx: Context, houseId: string): Promise<OwnershipHistory> {
  const house = await ctx.tx.first(sql`select 1 from house where company_id = ${ctx.companyId} and id = ${houseId}`);
  if (!house) throw platformFail('resource.notFound', { label: '房屋' });
  const seesPeople = ctx.permissions.has('resident.view');
  const owners = seesPeople
    ? await ctx.tx.rows<OwnershipHistory['owners'][number]>(sql`
        select o.resident_id as "residentId", r.name, o.moved_in_on as "from", o.moved_out_on as "until"
        from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = ${ctx.companyId} and o.house_id = ${houseId} and o.role = 'owner'
        order by o.moved_in_on desc, o.id desc`)
    : [];
  const changes = await ctx.tx.rows<ChangeRow>(sql`
    select c.id, c.handed_over_on, array(select r.name from resident r where r.company_id = c.company_id and r.id = any (c.from_resident_ids)) former,
      array(select r.name from resident r where r.company_id = c.company_id and r.id = any (c.to_resident_ids)) comers,
      c.arrears_decision, c.arrears_fen, cardinality(c.voided_bill_ids) voided, cardinality(c.raised_bill_ids) raised, c.holdings,
      (select f.number from refund f where f.company_id = c.company_id and f.id = c.refund_id) refund_number, c.note, c.done_by, c.created_at
    from ownership_change c where c.company_id = ${ctx.companyId} and c.house_id = ${houseId} order by c.handed_over_on desc, c.id desc`);
  return {
    owners,
    changes: changes.map((row) => ({
      id: row.id,
      handedOverOn: row.handed_over_on,
      formerOwners: seesPeople ? row.former : [],
      newOwners: seesPeople ? row.comers : [],
      arrears: row.arrears_decision,
      arrearsSum: formatYuan(row.arrears_fen),
      voidedCount: row.voided,
      raisedCount: row.raised,
      holdings: row.holdings,
      refundNumber: row.refund_number ?? '',
      note: row.note,
      doneBy: row.done_by,
      at: row.created_at,
    })),
  };
}
