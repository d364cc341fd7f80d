export { householdRoutes } from './household.routes.ts';
export { listOwnPaymentWays, ownKeys, paymentViewOf, wayOf } from './pay.ts';
