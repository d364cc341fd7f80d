import * as contract from '@anlin/contract';
import type { ToDoSource } from '../../../platform/console/to-do.ts';
import { type Route, route, sessionRoute } from '../../../platform/http/route.ts';
import { countFailed, listAgreements, listDeductions } from './agreement.queries.ts';
import { readAgreement } from './agreement-row.ts';
import { listPlans, savePlan } from './edit-plan.ts';
import { endAgreement } from './end-agreement.ts';
import { askAfterAgreement } from './follow-agreements.ts';
import { handleDeduction } from './handle-deduction.ts';

export const agreementRoutes: Route[] = [
  route(contract.listPaymentAgreements, (ctx, { query }) => listAgreements(ctx, query)),
  route(contract.endPaymentAgreement, async (ctx, { params, body }) => {
    await endAgreement(ctx, params.id, 'staff', body.reason);
    return contract.okReply;
  }),
  sessionRoute(contract.askAfterPaymentAgreement, async (session, { params }, { services }) => {
    const found = await session.run(async (ctx) => {
      const { id } = await readAgreement(ctx, params.id);
      return { id, companyId: ctx.companyId };
    });
    return askAfterAgreement(services, found.companyId, found.id);
  }),
  route(contract.listDeductionPlans, async (ctx) => ({ rows: await listPlans(ctx) })),
  route(contract.saveDeductionPlan, async (ctx, { params, body }) => {
    await savePlan(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.listDeductions, (ctx, { query }) => listDeductions(ctx, query)),
  route(contract.handleDeduction, async (ctx, { params, body }) => {
    await handleDeduction(ctx, params.id, body);
    return contract.okReply;
  }),
];

/** Money that was not taken after the last try: somebody must ask for it. */
export const deductionToDo: ToDoSource = {
  key: 'deduction',
  label: '自动扣款失败',
  permission: 'paymentAgreement.end',
  path: '/cashier/payment-agreements',
  query: { tab: 'deductions', open: 'failed' },
  count: countFailed,
};
