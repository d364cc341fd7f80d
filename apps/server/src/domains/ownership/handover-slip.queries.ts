import type { ArrearsDecision, HandedHolding } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A handover as its paper shows it. */
export interface HandoverSlip {
  id: string;
  communityId: string;
  communityName: string;
  companyName: string;
  servicePhone: string;
  houseName: string;
  /** Empty without the right to see residents. */
  formerOwners: string[];
  newOwners: string[];
  handedOverOn: string;
  arrears: ArrearsDecision;
  arrearsSum: string;
  holdings: HandedHolding[];
  refundNumber: string;
  refundTotal: string | null;
  doneBy: string;
  doneOn: string;
  note: string;
}

type SlipRow = Omit<HandoverSlip, 'arrearsSum' | 'refundTotal'> & { arrears_fen: Fen; refund_fen: Fen | null };

/** Handovers in the order of the ids; those out of sight are missing. */
export async function readHandoverSlips(ctx: Context, ids: readonly string[]): Promise<HandoverSlip[]> {
  const rows = await ctx.tx.rows<SlipRow>(sql`
    select o.id, o.community_id as "communityId", c.name as "communityName", y.name as "companyName", c.service_phone as "servicePhone",
      h.full_name as "houseName", o.handed_over_on as "handedOverOn", o.arrears_decision as arrears, o.arrears_fen, o.holdings,
      array(select r.name from resident r where r.company_id = o.company_id and r.id = any (o.from_resident_ids)) as "formerOwners",
      array(select r.name from resident r where r.company_id = o.company_id and r.id = any (o.to_resident_ids)) as "newOwners",
      coalesce(f.number, '') as "refundNumber", f.total_fen as refund_fen, o.done_by as "doneBy",
      ((o.created_at at time zone c.time_zone)::date)::text as "doneOn", o.note
    from ownership_change o join house h on h.company_id = o.company_id and h.id = o.house_id
    join community c on c.company_id = o.company_id and c.id = o.community_id join company y on y.id = o.company_id
    left join refund f on f.company_id = o.company_id and f.id = o.refund_id
    where o.company_id = ${ctx.companyId} and o.id = any (${[...ids]}::uuid[])`);
  const seesPeople = ctx.permissions.has('resident.view');
  const slips = new Map(
    rows.map(({ arrears_fen, refund_fen, ...row }) => [
      row.id,
      {
        ...row,
        formerOwners: seesPeople ? row.formerOwners : [],
        newOwners: seesPeople ? row.newOwners : [],
        arrearsSum: formatYuan(arrears_fen),
        refundTotal: refund_fen === null ? null : formatYuan(refund_fen),
      },
    ]),
  );
  return ids.flatMap((id) => slips.get(id.toLowerCase()) ?? []);
}

/** Handovers, newest first: of one community or all, by part of the house's name. */
export function findHandovers(
  ctx: Context,
  { communityId, q, most }: { communityId: string | undefined; q: string; most: number },
): Promise<{ id: string; label: string }[]> {
  return ctx.tx.rows<{ id: string; label: string }>(sql`
    select o.id, h.full_name || ' ' || o.handed_over_on as label from ownership_change o join house h on h.company_id = o.company_id and h.id = o.house_id
    where o.company_id = ${ctx.companyId} and (${communityId ?? null}::uuid is null or o.community_id = ${communityId ?? null})
      and strpos(h.full_name, ${q}) > 0 order by o.handed_over_on desc, o.id desc limit ${most}`);
}
