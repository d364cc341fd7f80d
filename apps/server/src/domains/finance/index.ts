import { exportChargeLedger } from './export-charge-ledger.ts';
import { exportIncome } from './export-income.ts';

export type { Check } from './book-check.ts';
export { financeRoutes } from './finance.routes.ts';
export { type BooksReport, verifyBooks } from './verify-books.ts';

export const financeTasks = { exportIncome, exportChargeLedger };
