import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { attachedFile } from '../resource/schema.ts';
import { created, day, id, idParams, instant, ok, taskStarted } from '../wire.ts';
import { householdTypes, marriages, mostDocuments, politicsOptions, sexes } from './resident-resources.ts';
import { occupancyRoles } from './resources.ts';

export type OccupancyRole = keyof typeof occupancyRoles;
export type Sex = keyof typeof sexes;
const keysOf = <K extends string>(options: Readonly<Record<K, string>>) => Object.keys(options) as [K, ...K[]];
export const occupancyRole = z.enum(keysOf(occupancyRoles), '住户身份不在可选范围内');
export const sexInput = z.enum(keysOf(sexes), '性别应为男或女');

export const residentPhone = z
  .string()
  .trim()
  .regex(/^(1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|)$/, '手机号应为 11 位手机号或带区号的座机号');
export const personName = z.string('请填写姓名').trim().min(1, '请填写姓名').max(40, '姓名最多 40 个字');
export const reasonInput = z.string('请填写原因').trim().min(1, '请填写原因').max(200, '原因最多 200 个字');
const short = (label: string, max: number) => z.string().trim().max(max, `${label}最多 ${max} 个字`);

/** A person's stay in a house, as lists show it. The phone is masked: the whole of it is shown by asking. */
export const occupancyView = z.object({
  id,
  residentId: id,
  name: z.string(),
  phone: z.string(),
  role: occupancyRole,
  houseId: id,
  houseLabel: z.string(),
  communityId: id,
  communityLabel: z.string(),
  movedInOn: day,
  movedOutOn: day.nullable(),
  validUntil: day.nullable(),
  version: z.number(),
});
export type OccupancyView = z.infer<typeof occupancyView>;

export const occupancyCounts = defineEndpoint({
  id: 'occupancy.counts',
  method: 'GET',
  path: '/api/occupancies/counts',
  access: 'resident.view',
  summary: '在住人次（按身份）和未入住人数（按状态）',
  tag: '住户',
  query: z.object({ communityId: id.optional() }),
  reply: z.object({
    /** By role; roles nobody has are left out. */
    roles: z.record(z.string(), z.number()),
    /** By state of those who do not live here. */
    absent: z.record(z.string(), z.number()),
  }),
});

/** Channels that know a person by an address of their own. */
export const addressChannels = { wechat: '公众号', miniProgram: '小程序', wecom: '企业微信' } as const;

/** 外部联系人 (wm…, wo…) or an account of a member of the company. */
export const isWecomAddress = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/.test(text);

export const residentProfile = z.object({
  id,
  name: z.string(),
  phone: z.string(),
  isPhoneVerified: z.boolean(),
  sex: sexInput.nullable(),
  birthday: day.nullable(),
  /** Masked; empty when there is none. */
  idCard: z.string(),
  ethnicity: z.string(),
  politics: z.enum(keysOf(politicsOptions)).nullable(),
  marriage: z.enum(keysOf(marriages)).nullable(),
  householdType: z.enum(keysOf(householdTypes)).nullable(),
  nativePlace: z.string(),
  employer: z.string(),
  emergencyName: z.string(),
  emergencyPhone: z.string(),
  emergencyRelation: z.string(),
  wechat: z.string(),
  email: z.string(),
  pets: z.string(),
  note: z.string(),
  photo: z.array(attachedFile),
  /** Copies of id cards and the like: names for everybody, opened with `resident.reveal` and audited. */
  documents: z.array(attachedFile),
  tags: z.array(z.object({ id, name: z.string(), color: z.string() })),
  /** The company's own fields that have a value, as a person reads them. */
  ownFields: z.array(z.object({ label: z.string(), text: z.string() })),
  /** Under which address each channel knows the person; the middle is hidden. */
  addresses: z.array(z.object({ channel: z.enum(keysOf(addressChannels)), masked: z.string() })),
  version: z.number(),
  createdAt: instant,
  /** Set for whoever was erased: nothing personal is left. */
  erasedAt: instant.nullable(),
  occupancies: z.array(occupancyView),
});
export type ResidentProfile = z.infer<typeof residentProfile>;

export const getResidentProfile = defineEndpoint({
  id: 'resident.profile',
  method: 'GET',
  path: '/api/residents/:id/profile',
  access: 'resident.view',
  summary: '一位住户的资料和全部入住记录；电话和证件号隐去',
  tag: '住户',
  params: idParams,
  reply: residentProfile,
});

export const editResident = defineEndpoint({
  id: 'resident.edit',
  method: 'PATCH',
  path: '/api/residents/:id',
  access: 'resident.edit',
  summary: '修改住户资料；只改给出的项，改手机号后须重新验证',
  tag: '住户',
  params: idParams,
  body: z.strictObject({
    version: z.int(),
    name: personName.optional(),
    phone: residentPhone.optional(),
    sex: sexInput.nullable().optional(),
    birthday: day.nullable().optional(),
    ethnicity: short('民族', 20).optional(),
    politics: z.enum(keysOf(politicsOptions), '政治面貌不在可选范围内').nullable().optional(),
    marriage: z.enum(keysOf(marriages), '婚姻状况不在可选范围内').nullable().optional(),
    householdType: z.enum(keysOf(householdTypes), '户籍类型不在可选范围内').nullable().optional(),
    nativePlace: short('籍贯', 60).optional(),
    employer: short('工作单位', 60).optional(),
    emergencyName: short('紧急联系人', 40).optional(),
    emergencyPhone: residentPhone.optional(),
    emergencyRelation: short('与本人关系', 20).optional(),
    wechat: short('微信号', 40).optional(),
    email: short('电子邮箱', 80)
      .regex(/^([^@\s]+@[^@\s]+\.[^@\s]+)?$/, '电子邮箱格式不对')
      .optional(),
    pets: short('宠物', 100).optional(),
    note: short('备注', 500).optional(),
    photo: z.array(id).max(1, '照片最多 1 张').optional(),
    documents: z.array(id).max(mostDocuments, `证件与文件最多 ${mostDocuments} 个`).optional(),
    /** Ids. Given, the person has exactly these. */
    tags: z.array(id).max(50, '标签最多 50 个').optional(),
    /** The company's own fields by key; only what changes. */
    custom: z.record(z.string().max(20), z.unknown()).optional(),
  }),
  reply: ok,
});

export const setResidentWecom = defineEndpoint({
  id: 'resident.setWecom',
  method: 'PUT',
  path: '/api/residents/:id/wecom',
  access: 'resident.edit',
  summary: '登记或清除住户的企业微信：外部联系人 ID 或成员账号，催缴等通知发到那里',
  tag: '住户',
  params: idParams,
  body: z.strictObject({
    version: z.int(),
    /** Empty takes it away. */
    address: z
      .string()
      .trim()
      .refine(
        (text) => text === '' || isWecomAddress(text),
        '企业微信 ID 是字母、数字和 _ . @ - ，最多 64 位，如 wmAbCd…',
      ),
  }),
  reply: ok,
});

export const setIdCard = defineEndpoint({
  id: 'resident.setIdCard',
  method: 'PUT',
  path: '/api/residents/:id/id-card',
  access: 'resident.edit',
  summary: '登记或清除身份证号：核对校验码，并与出生日期、性别比对；加密保存',
  tag: '住户',
  params: idParams,
  body: z.strictObject({ version: z.int(), idCard: z.string().trim().max(24, '身份证号应为 18 位') }),
  reply: ok,
});

export const revealedParts = { phone: '电话', idCard: '证件号', emergency: '紧急联系人电话' } as const;

export const revealResident = defineEndpoint({
  id: 'resident.reveal',
  method: 'POST',
  path: '/api/residents/:id/reveal',
  access: 'resident.reveal',
  summary: '查看住户完整的电话、证件号或紧急联系人电话（记入操作日志）',
  tag: '住户',
  params: idParams,
  body: z.strictObject({ part: z.enum(keysOf(revealedParts)) }),
  reply: z.object({ text: z.string() }),
});

export const mergeResidents = defineEndpoint({
  id: 'resident.merge',
  method: 'POST',
  path: '/api/residents/:id/merge',
  access: 'resident.delete',
  summary: '把另一份资料并入这一份：入住、邀请、申请都归到这一份，空着的项用另一份的补上',
  tag: '住户',
  params: idParams,
  body: z.strictObject({ otherId: id, reason: reasonInput }),
  reply: z.object({ movedStays: z.number() }),
});

export const deleteResident = defineEndpoint({
  id: 'resident.delete',
  method: 'POST',
  path: '/api/residents/:id/delete',
  access: 'resident.delete',
  summary: '删除登记错的住户；所住房屋已有账单的不能删除',
  tag: '住户',
  params: idParams,
  body: z.strictObject({ reason: reasonInput }),
  reply: ok,
});

export const eraseResident = defineEndpoint({
  id: 'resident.erase',
  method: 'POST',
  path: '/api/residents/:id/erase',
  access: 'resident.erase',
  summary: '注销住户：清除全部个人信息，不可恢复；账目单据按会计法保留在房屋名下',
  tag: '住户',
  params: idParams,
  body: z.strictObject({ reason: reasonInput }),
  reply: ok,
});

export const exportResidentData = defineEndpoint({
  id: 'resident.exportData',
  method: 'POST',
  path: '/api/residents/:id/export-data',
  access: 'resident.reveal',
  summary: '导出一位住户的全部个人信息（zip：JSON 和 xlsx），应本人要求提供（记入操作日志）',
  tag: '住户',
  params: idParams,
  body: z.strictObject({}),
  reply: taskStarted,
});

export const moveIn = defineEndpoint({
  id: 'occupancy.moveIn',
  method: 'POST',
  path: '/api/houses/:id/occupancies',
  access: 'resident.edit',
  summary: '迁入：电话相同的住户只登记一次',
  tag: '住户',
  params: idParams,
  body: z.strictObject({
    name: personName,
    phone: residentPhone.default(''),
    sex: sexInput.nullable().default(null),
    role: occupancyRole,
    movedInOn: day,
    validUntil: day.nullable().default(null),
  }),
  reply: z.object({ occupancyId: id, residentId: id }),
});

export const moveResidentIn = defineEndpoint({
  id: 'resident.moveIn',
  method: 'POST',
  path: '/api/residents/:id/occupancies',
  access: 'resident.edit',
  summary: '让已登记的住户再迁入一套房屋',
  tag: '住户',
  params: idParams,
  body: z.strictObject({ houseId: id, role: occupancyRole, movedInOn: day, validUntil: day.nullable().default(null) }),
  reply: created,
});

export const editOccupancy = defineEndpoint({
  id: 'occupancy.edit',
  method: 'PATCH',
  path: '/api/occupancies/:id',
  access: 'resident.edit',
  summary: '修改在住住户的身份和有效期',
  tag: '住户',
  params: idParams,
  body: z.strictObject({ version: z.int(), role: occupancyRole.optional(), validUntil: day.nullable().optional() }),
  reply: ok,
});

const moveOutReason = z.string().trim().max(200, '原因最多 200 个字').default('');

export const moveOut = defineEndpoint({
  id: 'occupancy.moveOut',
  method: 'POST',
  path: '/api/occupancies/:id/move-out',
  access: 'resident.edit',
  summary: '迁出：从所填日期起不再居住',
  tag: '住户',
  params: idParams,
  body: z.strictObject({ movedOutOn: day, reason: moveOutReason }),
  reply: ok,
});

export const moveOutMany = defineEndpoint({
  id: 'occupancy.moveOutMany',
  method: 'POST',
  path: '/api/occupancies/move-out-many',
  access: 'resident.edit',
  summary: '批量迁出：有一人不能迁出，则都不迁出',
  tag: '住户',
  body: z.strictObject({
    ids: z.array(id).min(1, '请先选择住户').max(2000, '一次最多迁出 2000 人'),
    movedOutOn: day,
    reason: moveOutReason,
  }),
  reply: z.object({ movedOut: z.number() }),
});
