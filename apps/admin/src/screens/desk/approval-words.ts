import type { ApprovalState } from '@anlin/contract';

export const stateColors: Record<ApprovalState, string> = {
  pending: 'processing',
  approved: 'success',
  rejected: 'error',
  withdrawn: 'default',
  invalid: 'warning',
};

export const seatWords = {
  waiting: '待审批',
  gone: '已不能审批',
  approved: '已同意',
  rejected: '已驳回',
  passedOn: '已转交',
} as const;
