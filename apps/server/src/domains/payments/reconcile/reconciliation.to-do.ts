import type { ToDoSource } from '../../../platform/console/to-do.ts';
import { countOpenExceptions } from './reconciliation.queries.ts';

/** What the channel and the books disagree on: somebody must find out why. */
export const reconciliationToDo: ToDoSource = {
  key: 'reconciliation',
  label: '线上对账差异',
  permission: 'reconciliation.settle',
  path: '/cashier/reconciliation',
  query: { tab: 'lines', open: 'exception' },
  count: countOpenExceptions,
};
