export { checkImport } from './check-import.task.ts';
export { forgetAbandonedSources } from './forget-source.ts';
export { importRoutes } from './imports.routes.ts';
export { runImport } from './run-import.task.ts';
export { undoImport } from './undo-import.task.ts';
