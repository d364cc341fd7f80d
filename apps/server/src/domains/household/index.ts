export { householdRoutes } from './household.routes.ts';
