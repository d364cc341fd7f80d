import type { WithholdingState } from '@anlin/contract';

/** Colour of a batch's state wherever it is shown. */
export const stateColors: Readonly<Record<WithholdingState, string>> = {
  making: 'processing',
  unfit: 'error',
  ready: 'warning',
  booking: 'processing',
  done: 'success',
  cancelled: 'default',
};
