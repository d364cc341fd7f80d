import type { ToDoSource } from '../console/to-do.ts';
import { countWaitingApprovals } from './approval.queries.ts';

/** Requests that wait for the person, for the console. */
export const approvalToDo: ToDoSource = {
  key: 'approval',
  label: '待我审批',
  permission: 'signedIn',
  path: '/approvals',
  count: countWaitingApprovals,
};
