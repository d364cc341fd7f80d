import * as contract from '@anlin/contract';
import { keptRoute, type Route, route } from '../../platform/http/route.ts';
import { listClosings, openClosing } from './book-closing.queries.ts';
import { closeBooks, previewBooks } from './close-books.ts';
import { readCollectionPlans, saveCollectionPlan } from './collection-plan.ts';
import { startLedgerExport } from './export-charge-ledger.ts';
import { startIncomeExport } from './export-income.ts';
import { readIncomeChoices } from './income-choices.ts';
import { readLedgerChoices } from './ledger-choices.ts';
import { readLedgerYear } from './ledger-year.ts';
import { listChargeLedger, openLedgerTarget } from './list-charge-ledger.ts';
import { listIncome } from './list-income.ts';
import { readDashboardCharts, readDashboardFigures } from './read-dashboard.ts';
import { reopenBooks } from './reopen-books.ts';
import { startReportExport } from './reports/export-report.ts';
import { listReportLines } from './reports/list-report-lines.ts';
import { readReport } from './reports/read-report.ts';
import { statementRoutes } from './statement/statement.routes.ts';
import { wallRoutes } from './wall/wall.routes.ts';

export const financeRoutes: Route[] = [
  keptRoute(contract.listIncome, (ctx, { query }) => listIncome(ctx, query)),
  route(contract.incomeChoices, (ctx, { query }) => readIncomeChoices(ctx, query.communityId)),
  route(contract.exportIncome, async (ctx, { body }) => ({ taskId: await startIncomeExport(ctx, body) })),
  keptRoute(contract.listChargeLedger, (ctx, { query }) => listChargeLedger(ctx, query)),
  route(contract.ledgerChoices, (ctx, { query }) => readLedgerChoices(ctx, query.communityId)),
  route(contract.openLedgerTarget, (ctx, { params, query }) =>
    openLedgerTarget(ctx, { targetId: params.id, ...query }),
  ),
  keptRoute(contract.ledgerYear, (ctx, { params, query }) => readLedgerYear(ctx, { ...params, ...query })),
  route(contract.exportChargeLedger, async (ctx, { body }) => ({ taskId: await startLedgerExport(ctx, body) })),
  keptRoute(contract.dashboardFigures, (ctx, { query }) => readDashboardFigures(ctx, query)),
  keptRoute(contract.dashboardCharts, (ctx, { query }) => readDashboardCharts(ctx, query)),
  keptRoute(contract.readReport, (ctx, { params, query }) => readReport(ctx, { ...params, ...query })),
  keptRoute(contract.listReportLines, (ctx, { params, query }) => listReportLines(ctx, { ...params, ...query })),
  route(contract.exportReport, async (ctx, { params, body }) => ({
    taskId: await startReportExport(ctx, { ...params, ...body }),
  })),
  route(contract.readCollectionPlans, (ctx, { params, query }) => readCollectionPlans(ctx, { ...params, ...query })),
  route(contract.saveCollectionPlan, (ctx, { params, body }) => saveCollectionPlan(ctx, { ...params, ...body })),
  ...wallRoutes,
  ...statementRoutes,
  route(contract.listBookClosings, (ctx, { query }) => listClosings(ctx, query.communityId)),
  route(contract.previewBookClosing, (ctx, { query }) => previewBooks(ctx, query)),
  route(contract.closeBooks, (ctx, { body }) => closeBooks(ctx, body)),
  route(contract.getBookClosing, (ctx, { params }) => openClosing(ctx, params.id)),
  route(contract.reopenBooks, (ctx, { params, body }) => reopenBooks(ctx, { ...params, ...body })),
];
