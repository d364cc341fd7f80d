import * as contract from '@anlin/contract';
import { type Route, route, sessionRoute } from '../../../platform/http/route.ts';
import { startReconciliationExport } from './export-reconciliation.ts';
import { listReconciliationLines, listReconciliations, readReconciliationLine } from './reconciliation.queries.ts';
import { startReconciliation } from './run-reconciliation.ts';
import { reopenLine, settleLines } from './settle-line.ts';
import { readSettlementSetting, saveSettlementSetting } from './settlement-setting.ts';

export const reconciliationRoutes: Route[] = [
  route(contract.listReconciliations, (ctx, { query }) => listReconciliations(ctx, query)),
  sessionRoute(contract.runReconciliation, async (session, { body }, { services }) => ({
    taskId: await startReconciliation(services, session.run, body),
  })),
  route(contract.exportReconciliation, async (ctx, { body }) => ({
    taskId: await startReconciliationExport(ctx, body),
  })),
  route(contract.getSettlementSetting, (ctx) => readSettlementSetting(ctx)),
  route(contract.saveSettlementSetting, async (ctx, { body }) => {
    await saveSettlementSetting(ctx, body);
    return contract.okReply;
  }),
  route(contract.listReconciliationLines, (ctx, { query }) => listReconciliationLines(ctx, query)),
  route(contract.settleReconciliationLines, async (ctx, { body }) => ({
    count: await settleLines(ctx, body.ids, body.note),
  })),
  route(contract.getReconciliationLine, (ctx, { params }) => readReconciliationLine(ctx, params.id)),
  route(contract.reopenReconciliationLine, async (ctx, { params }) => {
    await reopenLine(ctx, params.id);
    return contract.okReply;
  }),
];
