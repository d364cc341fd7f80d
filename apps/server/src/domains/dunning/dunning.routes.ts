import * as contract from '@anlin/contract';
import { sendPlainPage } from '../../platform/http/plain-page.ts';
import { publicRoute, type Route, route } from '../../platform/http/route.ts';
import { resourceRoutes } from '../../resource/index.ts';
import { dayRoutes } from '../charging/index.ts';
import { duePage } from './due-page.ts';
import { dunningBindings, dunningHouseholdBinding } from './dunning.bindings.ts';
import { readHistory } from './dunning-history.queries.ts';
import { createPlan, deletePlan, listPlans, updatePlan } from './dunning-plan.ts';
import { addSmsPackage, readSettingWithSms, saveSetting } from './dunning-setting.ts';
import { noteCall } from './note-call.ts';
import { openDue } from './open-due-page.ts';
import { previewDunning } from './preview-dunning.ts';
import { startDunning } from './start-dunning.ts';

export const dunningRoutes: Route[] = [
  ...dayRoutes(dunningHouseholdBinding),
  ...dunningBindings.filter((one) => one !== dunningHouseholdBinding).flatMap(resourceRoutes),
  route(contract.previewDunning, (ctx, { body }) => previewDunning(ctx, body)),
  route(contract.startDunning, (ctx, { body }) => startDunning(ctx, body)),
  route(contract.readDunningHistory, async (ctx, { params }) => ({ rows: await readHistory(ctx, params.targetId) })),
  route(contract.noteDunningCall, async (ctx, { body }) => {
    await noteCall(ctx, body);
    return contract.okReply;
  }),
  publicRoute(contract.openDuePage, async (services, { params }, { reply }) => {
    const { html, status } = duePage(await openDue(services, params.token));
    return sendPlainPage(reply, html, status);
  }),
  route(contract.listDunningPlans, async (ctx, { query }) => ({ rows: await listPlans(ctx, query.communityId) })),
  route(contract.createDunningPlan, async (ctx, { body }) => ({ id: await createPlan(ctx, body) })),
  route(contract.updateDunningPlan, async (ctx, { params, body }) => {
    await updatePlan(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.deleteDunningPlan, async (ctx, { params }) => {
    await deletePlan(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.readDunningSetting, (ctx) => readSettingWithSms(ctx)),
  route(contract.saveDunningSetting, async (ctx, { body }) => {
    await saveSetting(ctx, body);
    return contract.okReply;
  }),
  route(contract.addSmsPackage, async (ctx, { body }) => {
    await addSmsPackage(ctx, body);
    return contract.okReply;
  }),
];
