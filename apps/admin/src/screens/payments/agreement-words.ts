import type { AgreementState, DeductionState } from '@anlin/contract';

/** Colours of an agreement's states, and of a deduction's. */
export const agreementColours: Readonly<Record<AgreementState, string>> = {
  signing: 'processing',
  active: 'success',
  ended: 'default',
  refused: 'default',
};
export const deductionColours: Readonly<Record<DeductionState, string>> = {
  waiting: 'processing',
  charging: 'processing',
  done: 'success',
  failed: 'error',
  cancelled: 'default',
};
