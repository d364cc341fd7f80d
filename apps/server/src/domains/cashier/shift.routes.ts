import * as contract from '@anlin/contract';
import { type Route, route } from '../../platform/http/route.ts';
import { resourceRoutes } from '../../resource/index.ts';
import { closeShift } from './close-shift.ts';
import { readShiftDetail } from './read-shift.ts';
import { shiftBinding } from './shift.binding.ts';
import { listOpenShifts, previewShift } from './shift.queries.ts';

export const shiftRoutes: Route[] = [
  ...resourceRoutes(shiftBinding),
  route(contract.listOpenShifts, async (ctx, { query }) => ({ rows: await listOpenShifts(ctx, query.communityId) })),
  route(contract.previewShift, (ctx, { query }) => previewShift(ctx, query)),
  route(contract.closeShift, (ctx, { body }) => closeShift(ctx, body)),
  route(contract.getShiftDetail, (ctx, { params }) => readShiftDetail(ctx, params.id)),
];
