export { checkDepartmentsChange } from './department-grants.ts';
export { refuseBeyondOwn, rightSets } from './own-rights.ts';
export { lockGroups } from './permission-group.queries.ts';
export { rightsRoutes } from './rights.routes.ts';
