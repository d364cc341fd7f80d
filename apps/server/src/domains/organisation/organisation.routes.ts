import * as contract from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { signInHere } from '../../platform/auth/sign-in.routes.ts';
import type { Context } from '../../platform/context.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import { signLink } from '../../platform/files/file-record.ts';
import { type Http, publicRoute, type Route, route } from '../../platform/http/route.ts';
import { resourceRoutes } from '../../resource/index.ts';
import { addStaff } from './add-staff.ts';
import { applyWecomSync } from './apply-wecom-sync.ts';
import { readCompany, readLogo } from './company.queries.ts';
import { previewWecomSync, startWecomComparison } from './compare-wecom.task.ts';
import { createDepartment } from './create-department.ts';
import { deleteDepartment } from './delete-department.ts';
import { listDepartments } from './department.queries.ts';
import { disableStaff, enableStaff } from './disable-staff.ts';
import { editCompany } from './edit-company.ts';
import { editDepartment } from './edit-department.ts';
import { editStaff } from './edit-staff.ts';
import { moveDepartment } from './move-department.ts';
import { openInstallation } from './open-installation.ts';
import { externalContactBinding, staffBinding } from './organisation.bindings.ts';
import { departmentsOf } from './place-staff.ts';
import { resetPasswords } from './reset-passwords.ts';
import { readDepartmentGroups, setDepartmentGroups } from './set-department-groups.ts';
import { checkSetupCode, isEmptyInstallation } from './setup-code.ts';
import { getStaff, listStaff, readShownStaff, readStaffExtras } from './staff.queries.ts';

/** A link to a picture the actor may see, good for ten minutes. */
function pictureUrl(ctx: Context, { services }: Http, fileId: string | null): string | null {
  if (fileId === null || ctx.actor.id === null) return null;
  const holder = { companyId: ctx.companyId, staffId: ctx.actor.id, client: ctx.client };
  return signLink(services.secret, holder, fileId, ctx.clock.now());
}

/** The doors of an installation nobody has set up yet; `fill` adds what the domains give a new company. */
export function setupRoutes(fill: (ctx: Context) => Promise<void>): Route[] {
  return [
    publicRoute(contract.setupStatus, async (services) => ({
      isOpen: await inTransaction(services.pool, isEmptyInstallation),
    })),
    publicRoute(contract.checkSetupCode, async (services, { body }) => {
      await inTransaction(services.pool, (tx) => checkSetupCode(tx, body.code));
      return contract.okReply;
    }),
    publicRoute(contract.openInstallation, async (services, { body }, http) => {
      await openInstallation(services, body, fill, { ip: http.ip, requestId: http.request.id });
      const { phone, password } = body.administrator;
      return signInHere(services, { phone, password, client: 'pc' }, http);
    }),
  ];
}

const companyRoutes: Route[] = [
  route(contract.getCompany, async (ctx) => {
    const company = await readCompany(ctx);
    return { ...company, logo: await readLogo(ctx, company) };
  }),
  route(contract.editCompany, async (ctx, { body }) => {
    await editCompany(ctx, body);
    return contract.okReply;
  }),
  route(contract.companyMark, async (ctx, _, http) => {
    const { name, logo } = await readCompany(ctx);
    return { name, logoUrl: pictureUrl(ctx, http, logo[0] ?? null) };
  }),
];

const departmentRoutes: Route[] = [
  route(contract.listDepartments, async (ctx) => ({ rows: await listDepartments(ctx) })),
  route(contract.createDepartment, async (ctx, { body }) => ({ id: await createDepartment(ctx, body) })),
  route(contract.editDepartment, async (ctx, { params, body }) => {
    await editDepartment(ctx, { ...body, id: params.id });
    return contract.okReply;
  }),
  route(contract.moveDepartment, async (ctx, { params, body }) => {
    await moveDepartment(ctx, { ...body, id: params.id });
    return contract.okReply;
  }),
  route(contract.deleteDepartment, async (ctx, { params }) => {
    await deleteDepartment(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.getDepartmentGroups, (ctx, { params }) => readDepartmentGroups(ctx, params.id)),
  route(contract.setDepartmentGroups, async (ctx, { params, body }) => {
    await setDepartmentGroups(ctx, params.id, body.permissionGroupIds);
    return contract.okReply;
  }),
];

const staffEndpoints = contract.resourceEndpoints(contract.staffResource);

const staffRoutes: Route[] = [
  route(staffEndpoints.list, (ctx, { query }) => listStaff(ctx, query)),
  route(staffEndpoints.get, (ctx, { params }) => getStaff(ctx, params.id)),
  ...resourceRoutes(staffBinding).filter(
    ({ endpoint }) => endpoint.id !== staffEndpoints.list.id && endpoint.id !== staffEndpoints.get.id,
  ),
  route(contract.listShownStaff, async (ctx, _, http) => ({
    rows: (await readShownStaff(ctx)).map(({ photo, ...one }) => ({
      ...one,
      photoUrl: pictureUrl(ctx, http, photo[0] ?? null),
    })),
  })),
  route(contract.staffDetails, async (ctx, { params }, http) => {
    const extras = await readStaffExtras(ctx, params.id);
    if (!extras) throw platformFail('resource.notFound', { label: '员工' });
    return {
      ...extras,
      departments: await departmentsOf(ctx, params.id),
      photoUrl: pictureUrl(ctx, http, extras.photoFileId),
    };
  }),
  route(contract.addStaff, (ctx, { body }) => addStaff(ctx, body)),
  route(contract.editStaff, (ctx, { params, body }) => editStaff(ctx, { ...body, id: params.id })),
  route(contract.disableStaff, async (ctx, { body }) => ({ count: await disableStaff(ctx, body.ids) })),
  route(contract.enableStaff, async (ctx, { body }) => ({ count: await enableStaff(ctx, body.ids) })),
  route(contract.resetPasswords, async (ctx, { body }) => ({ rows: await resetPasswords(ctx, body.ids) })),
  route(contract.compareWecom, async (ctx) => ({ taskId: await startWecomComparison(ctx) })),
  route(contract.getWecomSync, (ctx, { params }) => previewWecomSync(ctx, params.taskId)),
  route(contract.applyWecomSync, (ctx, { params, body }) => applyWecomSync(ctx, { ...params, ...body })),
];

export const organisationRoutes: Route[] = [
  ...companyRoutes,
  ...departmentRoutes,
  ...staffRoutes,
  ...resourceRoutes(externalContactBinding),
];
