import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id } from '../wire.ts';

/** Where the code of a community leads (EST-1). Both ids stand in it, because whoever opens it is signed in nowhere. */
export const communityPagePath = (companyId: string, communityId: string) => `/c/${companyId}/${communityId}`;

/** A picture on that page: its logo, the pictures of the community, the banners of its micro-site. */
export const communityPicture = defineEndpoint({
  id: 'community.picture',
  method: 'GET',
  path: '/c/:company/:id/pictures/:file',
  access: 'public',
  summary: '小区码页面上的图片：标志、小区图片、轮播图',
  tag: '小区',
  transport: 'download',
  params: z.object({ company: id, id, file: id }),
  reply: z.unknown(),
});

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
