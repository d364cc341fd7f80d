import type { ToDoSource } from '../../platform/console/to-do.ts';
import { countExceptions } from './payment.queries.ts';

/** Money that is not as it should be: somebody must look. */
export const paymentToDo: ToDoSource = {
  key: 'payment',
  label: '在线支付异常入账',
  permission: 'payment.handle',
  path: '/cashier/online-payments',
  query: { open: 'exception' },
  count: countExceptions,
};
