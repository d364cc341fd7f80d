import { longestShiftHours } from '@anlin/contract';
import type { ToDoSource } from '../../platform/console/to-do.ts';
import { listOpenShifts } from './shift.queries.ts';

/** Shifts that are open too long: one's own, or those of everybody one may see. */
export const shiftToDo: ToDoSource = {
  key: 'shift',
  label: `超过 ${longestShiftHours} 小时没有交班`,
  permission: 'shift.view',
  path: '/cashier/shifts',
  count: async (ctx) => (await listOpenShifts(ctx, undefined)).filter((one) => one.isOverdue).length,
};
