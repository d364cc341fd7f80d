import { exportVouchers } from './export-vouchers.ts';

export { addDefaultAccounts } from './account-map.ts';
export { accountingRoutes } from './accounting.routes.ts';
export { voucherChecks } from './verify-vouchers.ts';

export const accountingTasks = { exportVouchers };
