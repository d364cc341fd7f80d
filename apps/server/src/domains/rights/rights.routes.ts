import * as contract from '@anlin/contract';
import { type Route, route } from '../../platform/http/route.ts';
import { listGroups } from './permission-group.queries.ts';
import { listPlaces } from './scope.queries.ts';
import { setGroups } from './set-groups.ts';
import { setScope } from './set-scope.ts';
import { listRights, readRights } from './staff-rights.queries.ts';
import { createGroup, deleteGroup, restoreGroup, updateGroup } from './write-group.ts';

export const rightsRoutes: Route[] = [
  route(contract.listPermissionGroups, async (ctx) => ({ rows: await listGroups(ctx) })),
  route(contract.createPermissionGroup, async (ctx, { body }) => ({ id: await createGroup(ctx, body) })),
  route(contract.updatePermissionGroup, async (ctx, { params, body }) => {
    await updateGroup(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.restorePermissionGroup, async (ctx, { params }) => {
    await restoreGroup(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.deletePermissionGroup, async (ctx, { params }) => {
    await deleteGroup(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.listStaffRights, async (ctx, { query }) => ({ rows: await listRights(ctx, query.q) })),
  route(contract.getStaffRights, (ctx, { params }) => readRights(ctx, params.id)),
  route(contract.setStaffGroups, async (ctx, { params, body }) => {
    await setGroups(ctx, params.id, body.permissionGroupIds);
    return contract.okReply;
  }),
  route(contract.setStaffScope, async (ctx, { params, body }) => {
    await setScope(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.listScopePlaces, async (ctx, { query }) => ({ rows: await listPlaces(ctx, query) })),
];
