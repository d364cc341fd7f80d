import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { defineResource } from '../resource/definition.ts';
import { id, idParams, ok } from '../wire.ts';
import { applicationSources } from './resident-resources.ts';
import { reasonInput, residentPhone } from './residents.ts';
import { linkedHouses, vehicleResource } from './resources.ts';

export const vehicleApplicationStates = { waiting: '待审核', refused: '未通过', passed: '已通过' } as const;

const tag = '车辆审核';
const { plate, parkingCard, brand, color, displacement, ownerName } = vehicleResource.fields;

/** Vehicles that residents ask to have registered (EST-6), and what became of it. Passed ones are vehicles. */
export const vehicleApplicationResource = defineResource({
  name: 'vehicleApplication',
  table: 'vehicle_application',
  path: 'vehicle-applications',
  label: '车辆申请',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'plate',
  unique: [],
  defaultSort: ['-submittedAt'],
  permissions: {
    view: 'vehicle.view',
    create: 'vehicle.edit',
    edit: 'vehicle.review',
    delete: 'vehicle.review',
    export: 'vehicle.export',
  },
  fields: {
    plate,
    state: {
      kind: 'choice',
      label: '状态',
      options: vehicleApplicationStates,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 90,
    },
    houseIds: { ...linkedHouses, isMainFilter: true },
    ownerName,
    ownerPhone: { kind: 'phone', label: '车主手机', isListed: true, width: 120 },
    brand,
    color: { ...color, isListed: true, width: 80 },
    licencePictures: { kind: 'files', label: '行驶证照片', accept: 'image', maxFiles: 4, isListed: true, width: 120 },
    submittedAt: { kind: 'instant', label: '提交时间', isReadOnly: true, isListed: true },
    source: { kind: 'choice', label: '来源', options: applicationSources, isReadOnly: true, isMainFilter: true },
    refuseReason: {
      kind: 'longText',
      label: '未通过原因',
      maxLength: 200,
      isReadOnly: true,
      isListed: true,
      width: 200,
    },
    parkingCard: { ...parkingCard, isListed: false, isMainFilter: false },
    displacement,
    note: { kind: 'longText', label: '说明', maxLength: 500 },
    round: { kind: 'integer', label: '第几次提交', min: 1, max: 1000, isReadOnly: true },
    decidedAt: { kind: 'instant', label: '审核时间', isReadOnly: true },
  },
});

const short = (label: string, most: number) => z.string().trim().max(most, `${label}最多 ${most} 个字`).default('');

/** What is handed in. The owner and a house are what a reviewer goes by, so one of them must be given. */
export const vehicleApplicationInput = z.strictObject({
  communityId: id,
  plate: z.string().trim().min(1, '请填写车牌号码').max(20, '车牌号码最多 20 个字'),
  houseId: id.nullable().default(null),
  /** Besides that one. Left out when a refused one is handed in again: those there were stay. */
  furtherHouseIds: z.array(id).max(19, '一辆车最多关联 20 套房屋').optional(),
  ownerName: short('车主姓名', 40),
  ownerPhone: residentPhone.default(''),
  parkingCard: short('停车卡号', 40),
  brand: short('品牌', 40),
  color: short('颜色', 20),
  displacement: short('排量', 20),
  licencePictures: z.array(id).max(4, '行驶证照片最多 4 张').default([]),
  note: short('说明', 500),
});

export const submitVehicle = defineEndpoint({
  id: 'vehicleApplication.submit',
  method: 'POST',
  path: '/api/vehicle-applications',
  access: 'vehicle.edit',
  summary: '代住户提交车辆，等待审核',
  tag,
  body: vehicleApplicationInput,
  reply: z.object({ id }),
});

export const resubmitVehicle = defineEndpoint({
  id: 'vehicleApplication.resubmit',
  method: 'POST',
  path: '/api/vehicle-applications/:id/resubmit',
  access: 'vehicle.edit',
  summary: '未通过的车辆改正后重新提交',
  tag,
  params: idParams,
  body: vehicleApplicationInput.omit({ communityId: true }),
  reply: ok,
});

const ids = z.array(id).min(1, '请先选择车辆').max(500, '一次最多审核 500 辆');

export const passVehicles = defineEndpoint({
  id: 'vehicleApplication.pass',
  method: 'POST',
  path: '/api/vehicle-applications/pass',
  access: 'vehicle.review',
  summary: '通过车辆（可多辆）：登记为小区的车辆',
  tag,
  body: z.strictObject({ ids }),
  reply: z.object({ passed: z.number() }),
});

export const rejectVehicles = defineEndpoint({
  id: 'vehicleApplication.reject',
  method: 'POST',
  path: '/api/vehicle-applications/reject',
  access: 'vehicle.review',
  summary: '不通过车辆（可多辆），写明原因',
  tag,
  body: z.strictObject({ ids, reason: reasonInput }),
  reply: z.object({ refused: z.number() }),
});

export const countVehicleApplications = defineEndpoint({
  id: 'vehicleApplication.count',
  method: 'GET',
  path: '/api/vehicle-applications/waiting-count',
  access: 'vehicle.view',
  summary: '待审核的车辆数',
  tag,
  query: z.object({ communityId: id.optional() }),
  reply: z.object({ waiting: z.number() }),
});
