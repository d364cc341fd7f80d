import { heldBranch } from './held-branch.ts';
import type { ReportSource } from './report-source.ts';

/** 押金: what was taken, given back and kept, and what is held. */
export const depositReport: ReportSource = {
  branches: (ctx) => [
    heldBranch(ctx.companyId, 'deposit', {
      taken: { kinds: ['take'] },
      offset: { kinds: ['offset'], isOut: true },
      returned: { kinds: ['return'], isOut: true },
      toPrepaid: { kinds: ['toPrepaid'], isOut: true },
      forfeited: { kinds: ['forfeit'], isOut: true },
    }),
  ],
};
