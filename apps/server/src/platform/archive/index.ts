// Front door of whole-company archives (PLT-10).
export { archiveRoutes } from './archive.routes.ts';
export { ArchiveError } from './archive-error.ts';
export { type ImportedCompany, importArchive } from './import-archive.ts';
export type { SealedColumn } from './list-tables.ts';
export { archiveCompany } from './make-archive.ts';
