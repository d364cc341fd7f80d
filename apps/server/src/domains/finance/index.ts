import { exportChargeLedger } from './export-charge-ledger.ts';
import { exportIncome } from './export-income.ts';
import { exportReport } from './reports/export-report.ts';

export type { Check } from './book-check.ts';
export { closeBooks, previewBooks } from './close-books.ts';
export { financeRoutes } from './finance.routes.ts';
export { readReport } from './reports/read-report.ts';
export { type BooksReport, verifyBooks } from './verify-books.ts';

export const financeTasks = { exportIncome, exportChargeLedger, exportReport };
