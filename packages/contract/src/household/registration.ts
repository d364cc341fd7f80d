import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { type RegistrationMode, registrationModes } from '../estate/registration-modes.ts';
import { occupancyRole, personName } from '../estate/residents.ts';
import { id, ok } from '../wire.ts';

const tag = '住户端';
const base = '/api/resident';
const mode = z.enum(Object.keys(registrationModes) as [RegistrationMode, ...RegistrationMode[]]);

export const listOpenCommunities = defineEndpoint({
  id: 'household.communities',
  method: 'GET',
  path: `${base}/registration/communities`,
  access: 'verifiedPhone',
  summary: '可以申请入住的小区',
  tag,
  reply: z.object({
    rows: z.array(
      z.object({ id, name: z.string(), place: z.string(), mode, hint: z.string(), servicePhone: z.string() }),
    ),
  }),
});

export const listOpenPlaces = defineEndpoint({
  id: 'household.places',
  method: 'GET',
  path: `${base}/registration/places`,
  access: 'verifiedPhone',
  summary: '开放选房的小区：楼栋；给出楼栋时是它的房屋',
  tag,
  query: z.object({ communityId: id, buildingId: id.optional() }),
  reply: z.object({ rows: z.array(z.object({ id, name: z.string() })) }),
});

/** As many as a title deed, a contract and a few more take. */
export const mostApplicationPhotos = 6;

const content = {
  name: personName,
  houseId: id.nullable().default(null),
  role: occupancyRole.nullable().default(null),
  note: z.string().trim().max(500, '说明最多 500 个字').default(''),
  /** Uploaded before; handed in again without any, those that were sent stay. */
  photos: z.array(id).max(mostApplicationPhotos, `照片最多 ${mostApplicationPhotos} 张`).default([]),
};

export const uploadApplicationPhoto = defineEndpoint({
  id: 'household.uploadApplicationPhoto',
  method: 'POST',
  path: `${base}/applications/photos`,
  access: 'verifiedPhone',
  summary: '上传一张入住申请的照片（房产证、租赁合同等），只有审核人能看',
  tag,
  transport: 'upload',
  reply: z.object({ id, name: z.string() }),
});

export const applyForHouse = defineEndpoint({
  id: 'household.apply',
  method: 'POST',
  path: `${base}/applications`,
  access: 'verifiedPhone',
  summary: '提交入住申请',
  tag,
  body: z.strictObject({ communityId: id, ...content }),
  reply: z.object({ outcome: z.enum(['waiting', 'browsing', 'placed']) }),
});

export const applyAgain = defineEndpoint({
  id: 'household.applyAgain',
  method: 'POST',
  path: `${base}/applications/:moveInApplicationId/resubmit`,
  access: 'verifiedPhone',
  summary: '被拒绝的入住申请改正后重新提交',
  tag,
  params: z.object({ moveInApplicationId: id }),
  body: z.strictObject(content),
  reply: ok,
});

export const takeUpInvitation = defineEndpoint({
  id: 'household.takeUpInvitation',
  method: 'POST',
  path: `${base}/invitations/accept`,
  access: 'verifiedPhone',
  summary: '凭邀请码入住，无需审核',
  tag,
  body: z.strictObject({
    code: z.string().trim().min(1, '请填写邀请码').max(20, '邀请码不对'),
    name: personName,
  }),
  reply: ok,
});
