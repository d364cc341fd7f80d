import * as contract from '@anlin/contract';
import { applyOrRequest } from '../../platform/approvals/apply-or-request.ts';
import { type Route, route } from '../../platform/http/route.ts';
import { type ResourceBinding, resourceRoutes } from '../../resource/index.ts';
import { createApportionment, deleteApportionment, findApportionment, updateApportionment } from './apportionment.ts';
import { readingDeletion } from './delete-reading.ts';
import { apportionmentBinding, meterBinding, meterReadingBinding } from './metering.bindings.ts';
import { raiseReadings } from './raise-readings.ts';
import { listLosses, readGrid, summarise } from './reading.queries.ts';
import { redoRun } from './redo-apportionment.ts';
import { replaceMeter } from './replace-meter.ts';
import { listRuns, previewApportionment, runApportionment, voidRun } from './run-apportionment.ts';
import { checkReadings, saveReadings } from './save-readings.ts';

export const meteringBindings: readonly ResourceBinding[] = [meterBinding, meterReadingBinding, apportionmentBinding];

const readingRoutes: Route[] = [
  // Before the list's own routes: `/grid` is no id.
  route(contract.getReadingGrid, (ctx, { query }) => readGrid(ctx, query)),
  route(contract.summariseReadings, (ctx, { query }) => summarise(ctx, query)),
  route(contract.listMeterLosses, (ctx, { query }) => listLosses(ctx, query)),
  route(contract.checkReadings, async (ctx, { body }) => ({ rows: await checkReadings(ctx, body) })),
  route(contract.saveReadings, (ctx, { body }) => saveReadings(ctx, body)),
  route(contract.deleteReading, (ctx, { params, query }) =>
    applyOrRequest(ctx, readingDeletion, { id: params.id }, query.reason ?? ''),
  ),
  route(contract.raiseReadings, (ctx, { body }) => raiseReadings(ctx, body)),
  ...resourceRoutes(meterReadingBinding),
];

const apportionmentRoutes: Route[] = [
  ...resourceRoutes(apportionmentBinding),
  route(contract.getApportionment, async (ctx, { params }) => {
    const { version, terms } = await findApportionment(ctx, params.id);
    return { version, terms };
  }),
  route(contract.createApportionment, (ctx, { body }) => createApportionment(ctx, body)),
  route(contract.updateApportionment, async (ctx, { params, body }) => {
    await updateApportionment(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.deleteApportionment, async (ctx, { params }) => {
    await deleteApportionment(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.previewApportionment, (ctx, { params, body }) => previewApportionment(ctx, params.id, body)),
  route(contract.runApportionment, (ctx, { params, body }) => runApportionment(ctx, params.id, body)),
  route(contract.redoApportionmentRun, (ctx, { params, body }) => redoRun(ctx, params.id, body)),
  route(contract.listApportionmentRuns, async (ctx, { params }) => ({ rows: await listRuns(ctx, params.id) })),
  route(contract.voidApportionmentRun, (ctx, { params, body }) => voidRun(ctx, params.id, body.reason)),
];

export const meteringRoutes: Route[] = [
  ...resourceRoutes(meterBinding),
  route(contract.replaceMeter, (ctx, { params, body }) => replaceMeter(ctx, params.id, body)),
  ...readingRoutes,
  ...apportionmentRoutes,
];
