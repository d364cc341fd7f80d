import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, idParams, money } from '../wire.ts';

/** The late fee of one bill as of any day (CHG-10), and why it is what it is. */
export const getBillLateFee = defineEndpoint({
  id: 'bill.lateFee',
  method: 'GET',
  path: '/api/bills/:id/late-fee',
  access: 'bill.view',
  summary: '一张账单到某天的违约金：怎么算的、已收、已减免、还欠',
  tag: '账单',
  params: idParams,
  query: z.object({
    /** Left out: today; of a paid bill, the day it was paid. */
    asOf: day.optional(),
  }),
  reply: z.object({
    asOf: day,
    /** The item's rule in words; empty where the item charges none. */
    rule: z.string(),
    /** What has accrued until the day, as a sentence; empty where nothing has. */
    sentence: z.string(),
    accrued: money,
    received: money,
    waived: money,
    /** Still to pay as of the day. */
    due: money,
  }),
});
