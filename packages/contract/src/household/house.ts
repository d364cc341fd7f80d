import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { microSiteTile } from '../estate/micro-site.ts';
import { invitedRoles } from '../estate/resident-resources.ts';
import { vehicleApplicationInput, vehicleApplicationStates } from '../estate/vehicle-applications.ts';
import { day, id, instant, ok } from '../wire.ts';

const tag = '住户端';
const base = '/api/resident';

export const getHome = defineEndpoint({
  id: 'household.home',
  method: 'GET',
  path: `${base}/home`,
  access: 'resident',
  summary: '小区首页：通知、轮播图、功能图标和服务电话',
  tag,
  query: z.object({ communityId: id }),
  reply: z.object({
    notice: z.string(),
    banners: z.array(z.string()),
    /** What the company put on the micro-site and shows. */
    tiles: z.array(microSiteTile),
    phones: z.array(z.object({ label: z.string(), phone: z.string() })),
  }),
});
export type ResidentHome = z.infer<typeof getHome.reply>;

export const listMembers = defineEndpoint({
  id: 'household.members',
  method: 'GET',
  path: `${base}/houses/:houseId/members`,
  access: 'householder',
  summary: '房屋里住着谁、发出了哪些邀请',
  tag,
  params: z.object({ houseId: id }),
  reply: z.object({
    houseName: z.string(),
    members: z.array(
      z.object({
        id,
        name: z.string(),
        /** Masked; empty when unknown. */
        phone: z.string(),
        roleLabel: z.string(),
        movedInOn: day,
        validUntil: day.nullable(),
        isSelf: z.boolean(),
      }),
    ),
    /** Only an owner sees and sends them. */
    invitations: z.array(
      z.object({
        id,
        /** Empty once it is over: it lets nobody in. */
        code: z.string(),
        roleLabel: z.string(),
        expiresOn: day,
        validUntil: day.nullable(),
        state: z.string(),
        isOpen: z.boolean(),
        invitedName: z.string(),
      }),
    ),
    mayInvite: z.boolean(),
  }),
});

type InvitedRole = keyof typeof invitedRoles;
export const inviteMember = defineEndpoint({
  id: 'household.invite',
  method: 'POST',
  path: `${base}/houses/:houseId/invitations`,
  access: 'householder',
  summary: '业主邀请他人入住',
  tag,
  params: z.object({ houseId: id }),
  body: z.strictObject({
    role: z.enum(Object.keys(invitedRoles) as [InvitedRole, ...InvitedRole[]], '请选择身份'),
    expiresOn: day,
    validUntil: day.nullable().default(null),
  }),
  reply: z.object({ id, code: z.string() }),
});

export const withdrawInvitation = defineEndpoint({
  id: 'household.withdrawInvitation',
  method: 'POST',
  path: `${base}/invitations/:residentInvitationId/revoke`,
  access: 'householder',
  summary: '撤回自己发出、还没有人接受的邀请',
  tag,
  params: z.object({ residentInvitationId: id }),
  body: z.strictObject({}),
  reply: ok,
});

type VehicleState = keyof typeof vehicleApplicationStates;
export const listOwnVehicles = defineEndpoint({
  id: 'household.vehicles',
  method: 'GET',
  path: `${base}/vehicles`,
  access: 'householder',
  summary: '一个小区里自己房屋的车辆、车位和车辆申请',
  tag,
  query: z.object({ communityId: id }),
  reply: z.object({
    vehicles: z.array(z.object({ id, plate: z.string(), description: z.string(), houseName: z.string() })),
    parkingSpaces: z.array(z.object({ id, name: z.string(), houseName: z.string() })),
    applications: z.array(
      z.object({
        id,
        plate: z.string(),
        brand: z.string(),
        color: z.string(),
        houseId: id.nullable(),
        houseName: z.string(),
        note: z.string(),
        state: z.enum(Object.keys(vehicleApplicationStates) as [VehicleState, ...VehicleState[]]),
        refuseReason: z.string(),
        submittedAt: instant,
        pictureCount: z.number(),
      }),
    ),
  }),
});

const vehicle = vehicleApplicationInput.pick({
  plate: true,
  brand: true,
  color: true,
  licencePictures: true,
  note: true,
});

export const applyForVehicle = defineEndpoint({
  id: 'household.applyForVehicle',
  method: 'POST',
  path: `${base}/houses/:houseId/vehicles`,
  access: 'householder',
  summary: '为自己的房屋登记车辆，等待审核',
  tag,
  params: z.object({ houseId: id }),
  body: vehicle,
  reply: z.object({ id }),
});

export const applyForVehicleAgain = defineEndpoint({
  id: 'household.applyForVehicleAgain',
  method: 'POST',
  path: `${base}/vehicle-applications/:vehicleApplicationId/resubmit`,
  access: 'householder',
  summary: '没有通过的车辆改正后重新提交',
  tag,
  params: z.object({ vehicleApplicationId: id }),
  body: vehicle,
  reply: ok,
});

export const uploadPicture = defineEndpoint({
  id: 'household.upload',
  method: 'POST',
  path: `${base}/files`,
  access: 'householder',
  summary: '上传一张照片（行驶证等）',
  tag,
  transport: 'upload',
  reply: z.object({ id, name: z.string() }),
});
