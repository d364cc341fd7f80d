import type { ToDoSource } from '../../../platform/console/to-do.ts';
import { countMissingBills, countOpenExceptions } from './reconciliation.queries.ts';

const differences: ToDoSource = {
  key: 'reconciliation',
  label: '线上对账差异',
  permission: 'reconciliation.settle',
  path: '/cashier/reconciliation',
  query: { tab: 'lines', open: 'exception' },
  count: countOpenExceptions,
};

const missingBills: ToDoSource = {
  key: 'reconciliationBill',
  label: '没有取到的渠道账单',
  permission: 'reconciliation.run',
  path: '/cashier/reconciliation',
  query: { open: 'exception' },
  count: countMissingBills,
};

/** What the channel and the books disagree on, and bills that could not be had: somebody must find out why. */
export const reconciliationToDos: readonly ToDoSource[] = [differences, missingBills];
