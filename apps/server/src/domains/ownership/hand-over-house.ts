import { formatPeriod, period } from '@anlin/calendar';
import { type HandoverReport, type OccupancyRole, ownershipFail, platformFail } from '@anlin/contract';
import { type Fen, formatYuan, formatYuanGrouped, sumFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type HandedBill, handOverBindings, keepDebtor, lockArrears, targetLabels } from '../charging/index.ts';
import { moveIn, moveOut } from '../estate/index.ts';
import { type HandedMoney, handOverHoldings } from './hand-over-holdings.ts';
import type { Handover } from './handover.ts';

interface House {
  id: string;
  communityId: string;
  label: string;
  /** The house and the parking spaces that belong to it. */
  targetIds: string[];
  today: string;
}

interface Stay {
  id: string;
  resident_id: string;
  name: string;
  role: OccupancyRole;
  moved_in_on: string;
}

/**
 * Hands a house and its parking spaces to new owners on a day (EST-8), in one transaction: stays end and begin, bindings
 * end and begin, unpaid bills beyond the day are cut in two, bills of the time before keep the person they belong to,
 * prepaid and deposits stay, move or go back. Errors: resource.notFound, those of ownership, of moving in and out, of
 * handing over bindings, and of moving and refunding money.
 */
export async function handOverHouse(ctx: Context, input: Handover): Promise<HandoverReport> {
  const house = await lockHouse(ctx, input);
  const { leaving, formerOwners } = await chooseLeaving(ctx, input);
  const day = input.handedOverOn;
  const { communityId, targetIds } = house;
  const handed = await handOverBindings(ctx, { communityId, targetIds, day, splitBills: input.splitBills });
  const isRaisedNow = new Set(handed.raised.map((bill) => bill.id));
  const arrears = (await lockArrears(ctx, targetIds, day)).filter((bill) => !isRaisedNow.has(bill.id));
  if (input.arrears === 'mustBePaid' && arrears.length > 0) {
    const sum = formatYuanGrouped(sumFen(arrears.map((bill) => bill.outstandingFen)));
    throw ownershipFail('ownership.arrears', { house: house.label, count: arrears.length, sum });
  }
  for (const stay of leaving) await moveOut(ctx, { occupancyId: stay.id, movedOutOn: day });
  const newResidentIds = await moveOwnersIn(ctx, input, formerOwners);
  const [debtor] = formerOwners;
  if (debtor)
    await keepDebtor(ctx, {
      targetIds,
      day,
      residentId: debtor.resident_id,
      isSettledOnly: input.arrears === 'takeOver',
    });
  const labels = await targetLabels(ctx, targetIds);
  const former = formerOwners.map((stay) => ({ residentId: stay.resident_id, name: stay.name }));
  const money = await handOverHoldings(ctx, { ...house, labels }, input, former);
  const arrearsFen = sumFen(arrears.map((bill) => bill.outstandingFen));
  const done: Done = { leaving, formerOwners, newResidentIds, arrears, arrearsFen, money, ...handed };
  const changeId = await record(ctx, house, input, done);
  return report(house, input, { ...done, labels, changeId });
}

async function lockHouse(ctx: Context, input: Handover): Promise<House> {
  const row = await ctx.tx.first<{ community_id: string; full_name: string; time_zone: string }>(sql`
    select h.community_id, h.full_name, c.time_zone from house h join community c on c.company_id = h.company_id and c.id = h.community_id
    where h.company_id = ${ctx.companyId} and h.id = ${input.houseId} for update of h`);
  if (!row) throw platformFail('resource.notFound', { label: '房屋' });
  const today = businessDay(ctx.clock, row.time_zone).toString();
  if (input.handedOverOn > today) throw ownershipFail('ownership.future', { day: input.handedOverOn });
  const targets = await ctx.tx.rows<{ id: string }>(
    sql`select id from charge_target where company_id = ${ctx.companyId} and house_id = ${input.houseId} order by kind, id`,
  );
  return {
    id: input.houseId,
    communityId: row.community_id,
    label: row.full_name,
    targetIds: targets.map((target) => target.id),
    today,
  };
}

async function chooseLeaving(ctx: Context, input: Handover): Promise<{ leaving: Stay[]; formerOwners: Stay[] }> {
  const stays = await ctx.tx.rows<Stay>(sql`select o.id, o.resident_id, r.name, o.role, o.moved_in_on
    from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
    where o.company_id = ${ctx.companyId} and o.house_id = ${input.houseId} and o.moved_out_on is null
    order by o.moved_in_on, o.id for update of o`);
  const wanted = new Set(input.leavingOccupancyIds.map((id) => id.toLowerCase()));
  const leaving = stays.filter((stay) => wanted.has(stay.id));
  if (leaving.length < wanted.size) throw ownershipFail('ownership.notLiving');
  const formerOwners = leaving.filter((stay) => stay.role === 'owner');
  const hasOwner = stays.some((stay) => stay.role === 'owner');
  // A house that had no owner yet is handed over for the first time.
  if (hasOwner && formerOwners.length === 0) throw ownershipFail('ownership.nobodyLeaves');
  return { leaving, formerOwners };
}

async function moveOwnersIn(ctx: Context, input: Handover, formerOwners: readonly Stay[]): Promise<string[]> {
  const ids: string[] = [];
  for (const { name, phone, sex } of input.newOwners) {
    const { residentId } = await moveIn(ctx, {
      houseId: input.houseId,
      name,
      phone,
      sex,
      role: 'owner',
      movedInOn: input.handedOverOn,
      validUntil: null,
    });
    if (formerOwners.some((stay) => stay.resident_id === residentId))
      throw ownershipFail('ownership.sameOwner', { name });
    ids.push(residentId);
  }
  return ids;
}

interface Done {
  leaving: readonly Stay[];
  formerOwners: readonly Stay[];
  newResidentIds: readonly string[];
  money: HandedMoney;
  arrears: readonly (HandedBill & { outstandingFen: Fen })[];
  arrearsFen: Fen;
  bindings: readonly { targetId: string; chargeItemName: string; chargeStandardName: string; isEnded: boolean }[];
  voided: readonly HandedBill[];
  raised: readonly HandedBill[];
}

async function record(ctx: Context, house: House, input: Handover, done: Done): Promise<string> {
  const { handedOverOn } = input;
  const formerResidentIds = done.formerOwners.map((stay) => stay.resident_id);
  const { holdings, refund } = done.money;
  const ids = (bills: readonly HandedBill[]) => bills.map((bill) => bill.id);
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into ownership_change (company_id, id, community_id, house_id, handed_over_on, arrears_decision, arrears_fen,
      arrears_bill_ids, from_resident_ids, to_resident_ids, left_occupancy_ids, voided_bill_ids, raised_bill_ids, holdings, refund_id, note, done_by,
      staff_id, created_at)
    values (${ctx.companyId}, ${id}, ${house.communityId}, ${house.id}, ${handedOverOn}, ${input.arrears}, ${done.arrearsFen},
      ${ids(done.arrears)}::uuid[], ${formerResidentIds}::uuid[], ${[...done.newResidentIds]}::uuid[],
      ${done.leaving.map((stay) => stay.id)}::uuid[], ${ids(done.voided)}::uuid[], ${ids(done.raised)}::uuid[],
      ${JSON.stringify(holdings)}, ${refund?.id ?? null}, ${input.note}, ${ctx.actor.name}, ${ctx.actor.id}, ${nowText(ctx)})`);
  await recordAudit(ctx, {
    action: 'house.handOver',
    targetKind: 'house',
    targetId: house.id,
    targetLabel: house.label,
    communityId: house.communityId,
    before: { ownerResidentIds: formerResidentIds },
    after: {
      ownershipChangeId: id,
      handedOverOn,
      ownerResidentIds: done.newResidentIds,
      leavingCount: done.leaving.length,
      arrears: input.arrears,
      arrearsSum: formatYuan(done.arrearsFen),
      endedCount: done.bindings.length,
      voidedCount: done.voided.length,
      raisedCount: done.raised.length,
      movedCount: holdings.filter((one) => one.decision === 'move').length,
      refund: refund?.number ?? '',
    },
  });
  return id;
}

function report(
  house: House,
  input: Handover,
  done: Done & { labels: ReadonlyMap<string, string>; changeId: string },
): HandoverReport {
  const { holdings, refund } = done.money;
  const labelOf = (targetId: string) => done.labels.get(targetId) ?? house.label;
  const line = (bill: HandedBill, amount = bill.receivableFen) => ({
    targetLabel: labelOf(bill.targetId),
    chargeItemLabel: bill.chargeItemName,
    periodText: formatPeriod(period(bill.periodFrom, bill.periodTo)),
    amount: formatYuan(amount),
  });
  const sum = (bills: readonly HandedBill[]) => formatYuan(sumFen(bills.map((bill) => bill.receivableFen)));
  const before = done.raised.filter((bill) => bill.periodFrom < input.handedOverOn);
  const after = done.raised.filter((bill) => bill.periodFrom >= input.handedOverOn);
  return {
    houseLabel: house.label,
    handedOverOn: input.handedOverOn,
    formerOwners: done.formerOwners.map((stay) => stay.name),
    newOwners: input.newOwners.map((owner) => owner.name),
    leaving: done.leaving.map(({ name, role }) => ({ name, role })),
    bindings: done.bindings.map((one) => ({
      targetLabel: labelOf(one.targetId),
      chargeItemLabel: one.chargeItemName,
      chargeStandardLabel: one.chargeStandardName,
      isEnded: one.isEnded,
    })),
    voided: done.voided.map((bill) => line(bill)),
    voidedSum: sum(done.voided),
    raisedBefore: before.map((bill) => line(bill)),
    raisedBeforeSum: sum(before),
    raisedAfter: after.map((bill) => line(bill)),
    raisedAfterSum: sum(after),
    arrears: input.arrears,
    arrearsBills: done.arrears.map((bill) => line(bill, bill.outstandingFen)),
    arrearsSum: formatYuan(done.arrearsFen),
    holdings,
    refund: refund && {
      number: refund.number,
      total: refund.total,
      methodName: refund.methodName,
      payeeName: refund.payeeName,
    },
    changeId: done.changeId,
  };
}
