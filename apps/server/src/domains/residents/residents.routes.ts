import * as contract from '@anlin/contract';
import { type Route, route } from '../../platform/http/route.ts';
import { resourceRoutes, tagRows } from '../../resource/index.ts';
import { moveIn, moveOut, moveOutMany, moveResidentIn } from '../estate/index.ts';
import { approveApplication, countWaiting, rejectApplications, resubmitApplication } from './decide-application.ts';
import { deleteResident } from './delete-resident.ts';
import { editOccupancy } from './edit-occupancy.ts';
import { editResident } from './edit-resident.ts';
import { eraseResident } from './erase-resident.ts';
import { exportResidentData } from './export-resident.task.ts';
import { readFileEvents } from './file.queries.ts';
import { setIdCard } from './id-card.ts';
import { acceptInvitation, issueInvitation, revokeInvitation } from './invitation.ts';
import { mergeResidents } from './merge-residents.ts';
import { listHabitRows, readPortrait } from './portrait.queries.ts';
import { countOccupancies, readProfile } from './resident.queries.ts';
import { occupancyBinding, residentsBindings } from './residents.bindings.ts';
import { revealResident } from './reveal-resident.ts';
import { submitApplication } from './submit-application.ts';
import { setWecomAddress } from './wecom-address.ts';

const { okReply } = contract;

const personRoutes: Route[] = [
  route(contract.getResidentProfile, (ctx, { params }) => readProfile(ctx, params.id)),
  route(contract.editResident, async (ctx, { params, body }) => {
    await editResident(ctx, { ...body, id: params.id });
    return okReply;
  }),
  route(contract.setIdCard, async (ctx, { params, body }) => {
    await setIdCard(ctx, { ...body, id: params.id });
    return okReply;
  }),
  route(contract.setResidentWecom, async (ctx, { params, body }) => {
    await setWecomAddress(ctx, { ...body, id: params.id });
    return okReply;
  }),
  route(contract.revealResident, async (ctx, { params, body }) => ({
    text: await revealResident(ctx, { id: params.id, part: body.part }),
  })),
  route(contract.mergeResidents, async (ctx, { params, body }) => ({
    movedStays: await mergeResidents(ctx, { ...body, id: params.id }),
  })),
  route(contract.deleteResident, async (ctx, { params, body }) => {
    await deleteResident(ctx, { id: params.id, reason: body.reason });
    return okReply;
  }),
  route(contract.eraseResident, async (ctx, { params, body }) => {
    await eraseResident(ctx, { id: params.id, reason: body.reason });
    return okReply;
  }),
  route(contract.exportResidentData, async (ctx, { params }) => ({ taskId: await exportResidentData(ctx, params.id) })),
  route(contract.residentFile, (ctx, { params, query }) => readFileEvents(ctx, { residentId: params.id }, query)),
  route(contract.houseFile, (ctx, { params, query }) => readFileEvents(ctx, { houseId: params.id }, query)),
  route(contract.residentPortrait, (ctx, { query }) => readPortrait(ctx, query.communityId)),
  route(contract.paymentHabitRows, (ctx, { query }) => listHabitRows(ctx, query)),
];

const stayRoutes: Route[] = [
  route(contract.occupancyCounts, (ctx, { query }) => countOccupancies(ctx, query.communityId)),
  route(contract.moveIn, (ctx, { params, body }) => moveIn(ctx, { ...body, houseId: params.id })),
  route(contract.moveResidentIn, async (ctx, { params, body }) => ({
    id: await moveResidentIn(ctx, { ...body, residentId: params.id }),
  })),
  route(contract.editOccupancy, async (ctx, { params, body }) => {
    await editOccupancy(ctx, { ...body, id: params.id });
    return okReply;
  }),
  route(contract.moveOut, async (ctx, { params, body }) => {
    await moveOut(ctx, { ...body, occupancyId: params.id });
    return okReply;
  }),
  route(contract.tagRowsEndpoint(contract.occupancyResource), async (ctx, { body }) => ({
    count: await tagRows(ctx, occupancyBinding, body),
  })),
  route(contract.moveOutMany, async (ctx, { body }) => ({ movedOut: await moveOutMany(ctx, body) })),
];

const admissionRoutes: Route[] = [
  route(contract.submitApplication, (ctx, { body }) =>
    submitApplication(ctx, { ...body, source: 'staff', isPhoneVerified: false }),
  ),
  route(contract.resubmitApplication, async (ctx, { params, body }) => {
    await resubmitApplication(ctx, { ...body, id: params.id });
    return okReply;
  }),
  route(contract.approveApplication, (ctx, { params, body }) => approveApplication(ctx, { ...body, id: params.id })),
  route(contract.rejectApplications, async (ctx, { body }) => ({ refused: await rejectApplications(ctx, body) })),
  route(contract.countApplications, async (ctx, { query }) => ({
    waiting: await countWaiting(ctx, query.communityId),
  })),
  route(contract.issueInvitation, (ctx, { body }) => issueInvitation(ctx, body)),
  route(contract.acceptInvitation, (ctx, { body }) => acceptInvitation(ctx, body)),
  route(contract.revokeInvitation, async (ctx, { params }) => {
    await revokeInvitation(ctx, params.id);
    return okReply;
  }),
];

// Literal paths first: `/counts` must not be taken for an id by a reader of this list.
export const residentsRoutes: Route[] = [
  ...stayRoutes,
  ...personRoutes,
  ...admissionRoutes,
  ...residentsBindings.flatMap(resourceRoutes),
];
