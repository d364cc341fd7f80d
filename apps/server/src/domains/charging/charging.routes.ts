import * as contract from '@anlin/contract';
import { applyOrRequest } from '../../platform/approvals/apply-or-request.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type Route, route } from '../../platform/http/route.ts';
import { type ResourceBinding, resourceRoutes } from '../../resource/index.ts';
import { readBillHistory } from './bill.queries.ts';
import { bindStandard, countBindingTargets } from './bind-standard.ts';
import { deleteBinding, updateBinding } from './change-binding.ts';
import { changeDueDays } from './change-due-days.ts';
import { chargeAdvance, previewAdvance } from './charge-advance.ts';
import { chargeOneOff } from './charge-one-off.ts';
import {
  addPrice,
  changePrice,
  createChargeStandard,
  deleteChargeStandard,
  deletePrice,
  readStandard,
  takeBackRule,
  updateChargeStandard,
} from './charge-standard.ts';
import {
  billBinding,
  chargeItemBinding,
  chargeStandardBinding,
  raisingRunBinding,
  standardBindingBinding,
} from './charging.bindings.ts';
import { dayRoutes } from './day-routes.ts';
import { billEditing } from './edit-bill.ts';
import { endBindings } from './end-bindings.ts';
import { followTag } from './follow-tag.ts';
import { listRuleSpans } from './former-rules.ts';
import { readFormulaNames } from './formula-facts.ts';
import { readItemCommunities, setItemCommunities } from './item-communities.ts';
import { getToday, withNextPeriods } from './list-with-day.ts';
import { deletePlacePrice, readPlacePrices, setPlacePrice } from './place-price.ts';
import { previewBills } from './preview-bills.ts';
import { listFailures } from './raising-failures.ts';
import { reopenBinding } from './reopen-binding.ts';
import { restoreBills } from './restore-bills.ts';
import { startRaising } from './start-raising.ts';
import { readConflicts, readTagBindings } from './tag-binding.queries.ts';
import { createTagBinding, endTagBinding, refuseFollowing } from './tag-binding.ts';
import { readHouseAccount, readOwnAccount } from './target-account.queries.ts';
import { tryStandard } from './try-standard.ts';
import { billVoiding } from './void-bills.ts';

async function readPrices(ctx: Context, id: string) {
  const rows = await ctx.tx.rows<{ id: string; starts_on: string | null; price: string }>(sql`
    select id, starts_on, price_text(price) price from charge_standard_price
    where company_id = ${ctx.companyId} and charge_standard_id = ${id} order by starts_on nulls first`);
  if (rows.length === 0) await getToday(ctx, chargeStandardBinding, id);
  const today = ctx.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString();
  const inForce = rows.findLast((row) => row.starts_on === null || row.starts_on <= today);
  return rows.map((row) => ({ id: row.id, startsOn: row.starts_on, price: row.price, isInForce: row === inForce }));
}

const standardRoutes: Route[] = [
  ...dayRoutes(chargeStandardBinding),
  route(contract.listStandardPrices, async (ctx, { params }) => ({ rows: await readPrices(ctx, params.id) })),
  route(contract.createChargeStandard, (ctx, { body }) => createChargeStandard(ctx, body)),
  route(contract.updateChargeStandard, async (ctx, { params, body }) => {
    const { keptBillCount } = await updateChargeStandard(ctx, params.id, body);
    return { ...contract.okReply, keptBillCount };
  }),
  route(contract.takeBackStandardRule, async (ctx, { params }) => {
    await takeBackRule(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.deleteChargeStandard, async (ctx, { params }) => {
    await deleteChargeStandard(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.addStandardPrice, (ctx, { params, body }) => addPrice(ctx, params.id, body)),
  route(contract.changeStandardPrice, async (ctx, { params, body }) => {
    await changePrice(ctx, params.id, params.priceId, body.price);
    return contract.okReply;
  }),
  route(contract.getStandardRule, async (ctx, { params }) => {
    const row = await readStandard(ctx, params.id);
    return {
      quantityFieldId: row.quantity_field_id,
      quantityUnit: row.quantity_unit,
      formula: row.formula,
      tiers: row.tiers,
      ruleVersion: row.rule_version,
      history: await listRuleSpans(ctx, row),
      formerNames: Object.keys(row.formula_names),
    };
  }),
  route(contract.listPlacePrices, async (ctx, { params }) => {
    await getToday(ctx, chargeStandardBinding, params.id);
    return { rows: await readPlacePrices(ctx, params.id) };
  }),
  route(contract.setPlacePrice, (ctx, { params, body }) => setPlacePrice(ctx, params.id, body)),
  route(contract.deletePlacePrice, async (ctx, { params }) => {
    await deletePlacePrice(ctx, params.id, params.placePriceId);
    return contract.okReply;
  }),
  route(contract.tryChargeStandard, (ctx, { body }) => tryStandard(ctx, body)),
  route(contract.listFormulaNames, async (ctx) => ({ names: await readFormulaNames(ctx) })),
  route(contract.deleteStandardPrice, async (ctx, { params }) => {
    await deletePrice(ctx, params.id, params.priceId);
    return contract.okReply;
  }),
];

const bindingRoutes: Route[] = [
  ...dayRoutes(standardBindingBinding, withNextPeriods),
  route(contract.countBindingTargets, (ctx, { body }) => countBindingTargets(ctx, body)),
  route(contract.bindStandard, (ctx, { body }) => bindStandard(ctx, body)),
  route(contract.endStandardBindings, async (ctx, { body }) => {
    await refuseFollowing(ctx, body.ids, '结束');
    return endBindings(ctx, body);
  }),
  route(contract.updateStandardBinding, async (ctx, { params, body }) => {
    await updateBinding(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.deleteStandardBinding, async (ctx, { params }) => {
    await refuseFollowing(ctx, [params.id], '删除');
    await deleteBinding(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.reopenBinding, async (ctx, { params, body }) => {
    await reopenBinding(ctx, { id: params.id, reason: body.reason });
    return contract.okReply;
  }),
];

const tagBindingRoutes: Route[] = [
  route(contract.listTagBindings, async (ctx, { query }) => ({ rows: await readTagBindings(ctx, query.communityId) })),
  route(contract.listTagBindingConflicts, async (ctx, { params }) => ({ rows: await readConflicts(ctx, params.id) })),
  route(contract.createTagBinding, (ctx, { body }) => createTagBinding(ctx, body)),
  route(contract.followTagBinding, (ctx, { params }) => followTag(ctx, params.id)),
  route(contract.endTagBinding, (ctx, { params, body }) => endTagBinding(ctx, { ...body, id: params.id })),
];

const billRoutes: Route[] = [
  route(contract.previewBills, (ctx, { body }) => previewBills(ctx, body)),
  route(contract.raiseBills, async (ctx, { body }) => ({ taskId: await startRaising(ctx, body) })),
  route(contract.previewAdvance, (ctx, { body }) => previewAdvance(ctx, body)),
  route(contract.chargeAdvance, (ctx, { body }) => chargeAdvance(ctx, body)),
  route(contract.chargeOneOff, (ctx, { body }) => chargeOneOff(ctx, body)),
  ...dayRoutes(billBinding),
  ...resourceRoutes(raisingRunBinding),
  route(contract.listRaisingFailures, (ctx, { params, query }) => listFailures(ctx, params.id, query.page)),
  route(contract.getBillHistory, (ctx, { params }) => readBillHistory(ctx, params.id)),
  route(contract.voidBills, (ctx, { body }) => applyOrRequest(ctx, billVoiding, body, body.reason)),
  route(contract.restoreBills, (ctx, { body }) => restoreBills(ctx, body)),
  route(contract.editBill, (ctx, { params, body }) =>
    applyOrRequest(ctx, billEditing, { ...body, id: params.id }, body.reason),
  ),
  route(contract.changeDueDays, (ctx, { body }) => changeDueDays(ctx, body)),
  route(contract.getParkingSpaceAccount, (ctx, { params }) => readOwnAccount(ctx, 'parkingSpace', params.id)),
  route(contract.getVehicleAccount, (ctx, { params }) => readOwnAccount(ctx, 'vehicle', params.id)),
  route(contract.getHouseAccount, (ctx, { params }) => readHouseAccount(ctx, params.id)),
];

const itemRoutes: Route[] = [
  ...resourceRoutes(chargeItemBinding),
  route(contract.getItemCommunities, async (ctx, { params }) => ({
    communityIds: await readItemCommunities(ctx, params.id),
  })),
  route(contract.setItemCommunities, async (ctx, { params, body }) => {
    await setItemCommunities(ctx, params.id, body.communityIds);
    return contract.okReply;
  }),
];

export const chargingRoutes: Route[] = [
  ...itemRoutes,
  ...standardRoutes,
  ...bindingRoutes,
  ...tagBindingRoutes,
  ...billRoutes,
];

/** Lists of charging that can be exported. */
export const chargingBindings: readonly ResourceBinding[] = [chargeItemBinding, billBinding];
