export { companyCode } from './find-company.ts';
export { householdRoutes } from './household.routes.ts';
