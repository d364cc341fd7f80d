import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, idParams, ok } from '../wire.ts';
import { invitedRoles } from './resident-resources.ts';
import { personName, residentPhone, sexInput } from './residents.ts';

type InvitedRole = keyof typeof invitedRoles;
const invitedRole = z.enum(Object.keys(invitedRoles) as [InvitedRole, ...InvitedRole[]], '受邀人的身份不在可选范围内');

export const issueInvitation = defineEndpoint({
  id: 'residentInvitation.issue',
  method: 'POST',
  path: '/api/resident-invitations',
  access: 'resident.edit',
  summary: '代业主发出邀请：凭邀请码入住的人无需审核',
  tag: '住户',
  body: z.strictObject({
    houseId: id,
    inviterResidentId: id,
    role: invitedRole,
    /** Last day on which the code works. */
    expiresOn: day,
    validUntil: day.nullable().default(null),
  }),
  reply: z.object({ id, code: z.string() }),
});

export const acceptInvitation = defineEndpoint({
  id: 'residentInvitation.accept',
  method: 'POST',
  path: '/api/resident-invitations/accept',
  access: 'resident.edit',
  summary: '凭邀请码迁入，无需审核',
  tag: '住户',
  body: z.strictObject({
    code: z.string().trim().min(1, '请填写邀请码').max(20, '邀请码不对'),
    name: personName,
    phone: residentPhone,
    sex: sexInput.nullable().default(null),
  }),
  reply: z.object({ occupancyId: id, residentId: id }),
});

export const revokeInvitation = defineEndpoint({
  id: 'residentInvitation.revoke',
  method: 'POST',
  path: '/api/resident-invitations/:id/revoke',
  access: 'resident.edit',
  summary: '撤回还没有被接受的邀请',
  tag: '住户',
  params: idParams,
  body: z.strictObject({}),
  reply: ok,
});
