export { householdRoutes } from './household.routes.ts';
export { listOwnPaymentWays, ownKeys, paymentViewOf, requireWay } from './pay.ts';
