import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, idParams, ok } from '../wire.ts';
import { occupancyRole, personName, reasonInput, residentPhone, sexInput } from './residents.ts';

const note = z.string().trim().max(500, '注册说明最多 500 个字').default('');

/** What somebody who wants to live here hands in. Which of it must be given depends on the community's registration mode. */
export const applicationInput = z.strictObject({
  communityId: id,
  name: personName,
  phone: residentPhone.default(''),
  sex: sexInput.nullable().default(null),
  houseId: id.nullable().default(null),
  role: occupancyRole.nullable().default(null),
  note,
});

export const submitApplication = defineEndpoint({
  id: 'moveInApplication.submit',
  method: 'POST',
  path: '/api/move-in-applications',
  access: 'resident.edit',
  summary: '代住户提交入住申请；已在住的手机号直接告知，不另建申请',
  tag: '入住审核',
  body: applicationInput,
  reply: z.object({
    /** `placed`: this phone lives here already and needs no review. */
    outcome: z.enum(['waiting', 'browsing', 'placed']),
    /** Absent where nothing had to be reviewed. */
    applicationId: id.nullable(),
  }),
});

export const resubmitApplication = defineEndpoint({
  id: 'moveInApplication.resubmit',
  method: 'POST',
  path: '/api/move-in-applications/:id/resubmit',
  access: 'resident.edit',
  summary: '被拒绝的申请改正后重新提交',
  tag: '入住审核',
  params: idParams,
  body: applicationInput.omit({ communityId: true, phone: true }),
  reply: ok,
});

export const approveApplication = defineEndpoint({
  id: 'moveInApplication.approve',
  method: 'POST',
  path: '/api/move-in-applications/:id/approve',
  access: 'resident.review',
  summary: '通过入住申请：迁入所选房屋',
  tag: '入住审核',
  params: idParams,
  body: z.strictObject({
    houseId: id,
    role: occupancyRole,
    movedInOn: day,
    validUntil: day.nullable().default(null),
    /** The name as it should stand; left out, as it was handed in. */
    name: personName.optional(),
  }),
  reply: z.object({ occupancyId: id, residentId: id }),
});

export const rejectApplications = defineEndpoint({
  id: 'moveInApplication.reject',
  method: 'POST',
  path: '/api/move-in-applications/reject',
  access: 'resident.review',
  summary: '拒绝入住申请（可多条），写明原因',
  tag: '入住审核',
  body: z.strictObject({
    ids: z.array(id).min(1, '请先选择申请').max(500, '一次最多拒绝 500 条'),
    reason: reasonInput,
  }),
  reply: z.object({ refused: z.number() }),
});

export const countApplications = defineEndpoint({
  id: 'moveInApplication.count',
  method: 'GET',
  path: '/api/move-in-applications/waiting-count',
  access: 'resident.view',
  summary: '待审核的入住申请数',
  tag: '入住审核',
  query: z.object({ communityId: id.optional() }),
  reply: z.object({ waiting: z.number() }),
});
