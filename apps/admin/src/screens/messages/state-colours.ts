/** Colours of a delivery's states. */
export const stateColours = {
  waiting: 'default',
  sending: 'processing',
  sent: 'success',
  failed: 'warning',
  givenUp: 'error',
} as const;
