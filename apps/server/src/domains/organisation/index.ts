export { compareWecomTask } from './compare-wecom.task.ts';
export { fillStaffPinyin } from './fill-pinyin.ts';
export { importStaff, type StaffImportRow, verifyStaffImport } from './import-staff.ts';
export { organisationBindings } from './organisation.bindings.ts';
export { organisationRoutes, setupRoutes } from './organisation.routes.ts';
export { makeSetupCode } from './setup-code.ts';
