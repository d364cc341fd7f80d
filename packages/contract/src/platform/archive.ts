import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id } from '../wire.ts';

/** One archive of all the company owns (PLT-10), made in the background and found in the download centre. */
export const startCompanyArchive = defineEndpoint({
  id: 'company.startArchive',
  method: 'POST',
  path: '/api/company/archives',
  access: 'company.archive',
  summary: '把整个公司的数据导出成一个压缩包',
  tag: '数据导出',
  body: z.object({
    /** Puts id cards into it in the clear; also needs `resident.reveal`. */
    includesIdCards: z.boolean(),
  }),
  reply: z.object({ taskId: id }),
});
