import * as contract from '@anlin/contract';
import { keptRoute, type Route, route } from '../../platform/http/route.ts';
import {
  fillAccountMappings,
  readAccountMappings,
  removeAccountMapping,
  saveAccountMapping,
  saveVoucherDimension,
} from './account-mapping.ts';
import { previewDrafts } from './draft-vouchers.ts';
import { startVoucherExport } from './export-vouchers.ts';
import { journalLines } from './journal-lines.ts';
import { makeVouchers } from './make-vouchers.ts';
import { trialBalance } from './trial-balance.ts';
import { voidVoucherBatch } from './void-voucher-batch.ts';
import { findBatches, findVouchers, readVoucher } from './voucher.queries.ts';

export const accountingRoutes: Route[] = [
  route(contract.listAccountMappings, (ctx) => readAccountMappings(ctx)),
  route(contract.saveAccountMapping, (ctx, { body }) => saveAccountMapping(ctx, body)),
  route(contract.removeAccountMapping, (ctx, { params }) => removeAccountMapping(ctx, params.id)),
  route(contract.fillAccountMappings, (ctx, { body }) => fillAccountMappings(ctx, body.chart)),
  route(contract.saveVoucherDimension, (ctx, { body }) => saveVoucherDimension(ctx, body)),
  route(contract.previewVouchers, (ctx, { query }) => previewDrafts(ctx, query)),
  route(contract.makeVouchers, (ctx, { body }) => makeVouchers(ctx, body)),
  route(contract.listVouchers, (ctx, { query }) => findVouchers(ctx, query)),
  route(contract.getVoucher, (ctx, { params }) => readVoucher(ctx, params.id)),
  route(contract.listVoucherBatches, (ctx, { query }) => findBatches(ctx, query.communityId)),
  route(contract.voidVoucherBatch, (ctx, { params, body }) => voidVoucherBatch(ctx, { ...params, ...body })),
  route(contract.exportVouchers, async (ctx, { body }) => ({ taskId: await startVoucherExport(ctx, body) })),
  keptRoute(contract.readTrialBalance, (ctx, { query }) => trialBalance(ctx, query)),
  keptRoute(contract.listJournalLines, (ctx, { query }) => journalLines(ctx, query)),
];
