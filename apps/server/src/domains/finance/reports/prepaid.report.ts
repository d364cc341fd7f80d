import { heldBranch } from './held-branch.ts';
import type { ReportSource } from './report-source.ts';

/** 预存款: what came in, what was used, what is left, by account. */
export const prepaidReport: ReportSource = {
  branches: (ctx) => [
    heldBranch(ctx.companyId, 'prepaid', {
      topUp: { kinds: ['topUp'] },
      bonus: { kinds: ['bonus'] },
      depositIn: { kinds: ['depositIn'] },
      used: { kinds: ['offset'], isOut: true },
      refundIn: { kinds: ['refundIn'] },
      returned: { kinds: ['refund'], isOut: true },
      moved: { kinds: ['moveIn', 'moveOut'] },
    }),
  ],
  noItem: '通用预存款',
};
