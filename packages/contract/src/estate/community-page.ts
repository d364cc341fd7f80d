import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id } from '../wire.ts';

/** Where the code of a community leads (EST-1). Both ids stand in it, because whoever opens it is signed in nowhere. */
export const communityPagePath = (companyId: string, communityId: string) => `/c/${companyId}/${communityId}`;

export const communityPage = defineEndpoint({
  id: 'community.page',
  method: 'GET',
  path: '/c/:company/:id',
  access: 'public',
  summary: '小区码打开的页面：小区名称、服务电话、住户怎样登记',
  tag: '小区',
  transport: 'download',
  params: z.object({ company: id, id }),
  reply: z.unknown(),
});
