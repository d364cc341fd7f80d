import { exportResidentTask } from './export-resident.task.ts';

export { resubmitApplication } from './decide-application.ts';
export { expireStays } from './expire-stays.ts';
export type { FileScope, FileSource } from './file-sources.ts';
export { sealIdCard } from './id-card.ts';
export { importResidents, verifyResidentImport } from './import-residents.ts';
export { acceptInvitation, issueInvitation, revokeInvitation } from './invitation.ts';

export { documentOwner, documentOwnerKind, ownFilesOwner, ownFilesOwnerKind } from './resident-files.ts';

export type { ResidentImportRow } from './resident-import.ts';

export { residentsBindings } from './residents.bindings.ts';
export { residentsRoutes } from './residents.routes.ts';
export { type ApplicationPhotos, type Submitted, submitApplication } from './submit-application.ts';
export { residentToDos } from './to-do.ts';

export const residentsTasks = { exportResident: exportResidentTask };
