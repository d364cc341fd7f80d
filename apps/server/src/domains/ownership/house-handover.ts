import { arrearsDecisions, type HandoverReport, handover, occupancyRoles, platformFail } from '@anlin/contract';
import { parseYuan } from '@anlin/money';
import { z } from 'zod';
import { type Approvable, type ApprovalFacts, defineApprovable } from '../../platform/approvals/approvable.ts';
import type { Context } from '../../platform/context.ts';
import { dryRun } from '../../platform/database/dry-run.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockHeldMoney } from '../cashier/index.ts';
import { holdingSentence } from './hand-over-holdings.ts';
import { handOverHouse } from './hand-over-house.ts';
import type { Handover } from './handover.ts';

/** What a handover would do: it is done, told and taken back, so that preview and deed cannot differ. */
export async function previewHandover(ctx: Context, input: Handover): Promise<HandoverReport> {
  const told = await dryRun(ctx, () => handOverHouse(ctx, input));
  // The number and the document were taken back with the rest: another refund may take the number first.
  return { ...told, refund: told.refund && { ...told.refund, number: '' }, changeId: null };
}

/** Handing over a house as an action that may need approval, its own or that of the refund in it. */
export const houseHandover: Approvable<Handover, HandoverReport> = defineApprovable({
  key: 'house.handOver',
  label: '房屋过户',
  permission: 'house.handOver',
  contains: ['receipt.refund'],
  input: handover.extend({ houseId: z.string() }),
  async facts(ctx, input) {
    // Before the dry run, whose own locks go with it.
    const basis = await readBasis(ctx, input);
    const told = await previewHandover(ctx, input);
    return factsOf(input, told, basis);
  },
  apply: handOverHouse,
});

interface Basis {
  community_id: string;
  stays: unknown;
  spaces: unknown;
  bindings: unknown;
  bills: unknown;
  /** Balance of every prepaid account and deposit. */
  held: unknown;
}

/**
 * Who lives there, what is bound and what is owed or reaches beyond the day, all of it locked: the house against new
 * stays and bindings, then what there is, in the order of handing over.
 */
async function readBasis(ctx: Context, { houseId, handedOverOn, holdings }: Handover): Promise<Basis> {
  const house = await ctx.tx.first<{ community_id: string }>(
    sql`select community_id from house where company_id = ${ctx.companyId} and id = ${houseId} for update`,
  );
  if (!house) throw platformFail('resource.notFound', { label: '房屋' });
  await ctx.tx.rows(sql`select 1 from occupancy where company_id = ${ctx.companyId} and house_id = ${houseId} and moved_out_on is null
    order by id for update`);
  const targets = sql`any (array(select id from charge_target where company_id = ${ctx.companyId} and house_id = ${houseId}))`;
  await ctx.tx.rows(sql`select 1 from standard_binding where company_id = ${ctx.companyId} and target_id = ${targets}
    and (ends_on is null or ends_on > ${handedOverOn}::date) order by id for update`);
  await ctx.tx.rows(sql`select 1 from bill where company_id = ${ctx.companyId} and target_id = ${targets}
    and voided_at is null and (outstanding_fen > 0 or period_to > ${handedOverOn}::date) order by id for no key update`);
  const owned = await ctx.tx.rows<{ id: string }>(
    sql`select id from charge_target where company_id = ${ctx.companyId} and house_id = ${houseId}`,
  );
  const { accounts, deposits } = await lockHeldMoney(ctx, {
    targetIds: owned.map((target) => target.id),
    toIds: holdings.flatMap((one) => (one.decision === 'move' && one.to ? [one.to.id] : [])),
  });
  const held = [
    ...accounts.map((one) => [one.id, one.balanceFen, one.paidFen]),
    ...deposits.map((one) => [one.id, one.heldFen]),
  ];
  const row = await ctx.tx.first<Omit<Basis, 'community_id' | 'held'>>(sql`
    with target as (select id from charge_target where company_id = ${ctx.companyId} and house_id = ${houseId})
    select
      (select json_agg(json_build_array(o.id, o.version) order by o.id) from occupancy o
        where o.company_id = ${ctx.companyId} and o.house_id = ${houseId} and o.moved_out_on is null) stays,
      (select json_agg(id order by id) from target) targets,
      (select json_agg(json_build_array(b.id, b.version) order by b.id) from standard_binding b join target t on t.id = b.target_id
        where b.company_id = ${ctx.companyId} and (b.ends_on is null or b.ends_on > ${handedOverOn}::date)) bindings,
      (select json_agg(json_build_array(b.id, b.receivable_fen, b.outstanding_fen) order by b.id) from bill b join target t on t.id = b.target_id
        where b.company_id = ${ctx.companyId} and b.voided_at is null and (b.outstanding_fen > 0 or b.period_to > ${handedOverOn}::date)) bills`);
  return { community_id: house.community_id, ...row!, held };
}

function factsOf(input: Handover, told: HandoverReport, basis: Basis): ApprovalFacts {
  const names = (list: readonly string[]) => (list.length === 0 ? '（无）' : list.join('、'));
  const bills = (list: HandoverReport['voided']) =>
    list.map((bill) => `${bill.targetLabel} ${bill.chargeItemLabel} ${bill.periodText} ${bill.amount} 元`).join('；');
  const lines = [
    { label: '业主', before: names(told.formerOwners), after: names(told.newOwners) },
    { label: '过户日', before: '', after: told.handedOverOn },
    {
      label: '迁出',
      before: names(told.leaving.map(({ name, role }) => `${name}（${occupancyRoles[role]}）`)),
      after: `${told.handedOverOn} 起不再居住`,
    },
    ...told.bindings.map((one) => ({
      label: `${one.targetLabel} ${one.chargeItemLabel}`,
      before: `${one.chargeStandardLabel}，原业主`,
      after: one.isEnded
        ? `${told.handedOverOn} 起不再收取`
        : `${one.chargeStandardLabel}，${told.handedOverOn} 起新业主`,
    })),
    { label: '重新生成的账单', before: bills(told.voided), after: bills([...told.raisedBefore, ...told.raisedAfter]) },
    {
      label: '欠费',
      before: told.arrearsBills.length === 0 ? '无' : `${told.arrearsBills.length} 张，${told.arrearsSum} 元`,
      after: told.arrearsBills.length === 0 ? '无' : arrearsDecisions[told.arrears],
    },
    ...told.holdings.map((one) => ({
      label: `${one.targetLabel} ${one.label}`,
      before: `${one.amount} 元`,
      after: holdingSentence(one),
    })),
    {
      label: '退款',
      before: '',
      after: told.refund ? `${told.refund.total} 元，${told.refund.methodName}，退给${told.refund.payeeName}` : '',
    },
    { label: '备注', before: '', after: input.note },
  ];
  return {
    communityIds: [basis.community_id],
    targetKind: 'house',
    targetIds: [input.houseId],
    targetLabel: told.houseLabel,
    amountFen: null,
    contained: told.refund ? [{ action: 'receipt.refund', amountFen: parseYuan(told.refund.total) }] : [],
    summary: `${told.houseLabel} 于 ${told.handedOverOn} 由${names(told.formerOwners)}过户给${names(told.newOwners)}`,
    changes: lines.filter(({ before, after }) => before !== '' || after !== ''),
    basis,
  };
}
