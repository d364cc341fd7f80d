import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams, ok } from '../wire.ts';

const tag = '收费项目';

export const getItemCommunities = defineEndpoint({
  id: 'chargeItem.communities',
  method: 'GET',
  path: '/api/charge-items/:id/communities',
  access: 'chargeItem.view',
  summary: '收费项目适用的小区；空为全部',
  tag,
  params: idParams,
  reply: z.object({ communityIds: z.array(id) }),
});

export const setItemCommunities = defineEndpoint({
  id: 'chargeItem.setCommunities',
  method: 'PUT',
  path: '/api/charge-items/:id/communities',
  access: 'chargeItem.edit',
  summary: '设置收费项目适用的小区；空为全部',
  tag,
  params: idParams,
  body: z.strictObject({ communityIds: z.array(id).max(2000, '最多选择 2000 个小区') }),
  reply: ok,
});
