import { defineResource } from '../resource/definition.ts';
import { occupancyRoles } from './resources.ts';

/** People and their stays as lists. Rows come about by use cases of their own (residents.ts, applications.ts, invitations.ts). */

export const sexes = { male: '男', female: '女' } as const;
export const politicsOptions = {
  masses: '群众',
  league: '共青团员',
  party: '中共党员',
  democratic: '民主党派',
  nonparty: '无党派人士',
} as const;
export const marriages = { single: '未婚', married: '已婚', divorced: '离异', widowed: '丧偶' } as const;
export const householdTypes = {
  localUrban: '本市城镇',
  localRural: '本市农村',
  otherUrban: '外地城镇',
  otherRural: '外地农村',
  abroad: '港澳台及外籍',
} as const;
export const moveInHows = {
  staff: '员工登记',
  review: '入住审核',
  invitation: '业主邀请',
  import: '导入',
  ownership: '产权变更',
} as const;
export const moveOutHows = {
  staff: '员工登记',
  expiry: '到期迁出',
  ownership: '产权变更',
  import: '导入替换',
} as const;
export const applicationStates = {
  waiting: '待审核',
  refused: '已拒绝',
  approved: '已通过',
  browsing: '仅浏览',
} as const;
export const applicationSources = { staff: '员工代提交', resident: '住户提交' } as const;
export const absentStates = { waiting: '待审核', refused: '已拒绝', browsing: '仅浏览', left: '已迁出' } as const;
export const invitationStates = { open: '待接受', accepted: '已接受', revoked: '已撤回', expired: '已过期' } as const;
export const deletionKinds = { deleted: '删除', merged: '合并', erased: '注销' } as const;
/** Whoever is invited is never made owner: that takes a change of ownership. */
export const invitedRoles = Object.fromEntries(
  Object.entries(occupancyRoles).filter(([key]) => key !== 'owner'),
) as Omit<typeof occupancyRoles, 'owner'>;

const listPermissions = {
  view: 'resident.view',
  create: 'resident.edit',
  edit: 'resident.edit',
  delete: 'resident.delete',
  export: 'resident.export',
} as const;
const reviewPermissions = { ...listPermissions, create: 'resident.review', edit: 'resident.review' } as const;

const name = {
  kind: 'text',
  label: '姓名',
  maxLength: 40,
  isRequired: true,
  isListed: true,
  isSearched: true,
  width: 110,
} as const;
const phone = { kind: 'phone', label: '手机号', isListed: true, width: 160 } as const;
const sex = { kind: 'choice', label: '性别', options: sexes, width: 70 } as const;
const role = {
  kind: 'choice',
  label: '身份',
  options: occupancyRoles,
  isListed: true,
  isMainFilter: true,
  width: 100,
} as const;
const tags = {
  kind: 'tags',
  label: '标签',
  isListed: true,
  width: 130,
  importTitles: ['住户标签', '数据标签'],
} as const;
const house = { kind: 'reference', label: '房屋', to: 'house', isListed: true, width: 130 } as const;
const building = { kind: 'reference', label: '楼宇', to: 'building', isReadOnly: true } as const;
const staffName = {
  kind: 'text',
  label: '经办人',
  maxLength: 40,
  isReadOnly: true,
  isListed: true,
  width: 110,
} as const;

export const mostDocuments = 20;

/** A person, known once within the company. The id card is no field: it is sealed, and shown by asking for it. */
export const residentResource = defineResource({
  name: 'resident',
  hasCustomFields: true,
  isPersonal: true,
  otherTitles: [
    ...[
      '小区',
      '证件号',
      '证件号码',
      '身份证号',
      '证件类型',
      '身份',
      '角色',
      '迁入日期',
      '入住日期',
      '有效期至',
      '有效期',
    ],
    ...['房屋', '楼宇', '单元', '房号'],
  ],
  table: 'resident',
  path: 'residents',
  label: '住户',
  isCommunityScoped: false,
  isListOnly: true,
  titleField: 'name',
  unique: [['phone']],
  defaultSort: ['-createdAt'],
  permissions: { ...listPermissions, import: 'resident.import' },
  fields: {
    name,
    phone,
    isPhoneVerified: { kind: 'boolean', label: '手机验证', isReadOnly: true, isListed: true, width: 100 },
    sex: { ...sex, isListed: true },
    birthday: { kind: 'day', label: '出生日期', isListed: true },
    hasIdCard: { kind: 'boolean', label: '已登记证件', isReadOnly: true, isListed: true, width: 100 },
    ethnicity: { kind: 'text', label: '民族', maxLength: 20 },
    politics: { kind: 'choice', label: '政治面貌', options: politicsOptions },
    marriage: { kind: 'choice', label: '婚姻状况', options: marriages },
    householdType: { kind: 'choice', label: '户籍类型', options: householdTypes, isListed: true },
    nativePlace: { kind: 'text', label: '籍贯', maxLength: 60 },
    employer: { kind: 'text', label: '工作单位', maxLength: 60 },
    emergencyName: { kind: 'text', label: '紧急联系人', maxLength: 40 },
    emergencyPhone: { kind: 'phone', label: '紧急联系电话' },
    emergencyRelation: { kind: 'text', label: '与本人关系', maxLength: 20 },
    wechat: { kind: 'text', label: '微信号', maxLength: 40 },
    email: { kind: 'text', label: '电子邮箱', maxLength: 80 },
    pets: { kind: 'text', label: '宠物', maxLength: 100 },
    tags,
    note: { kind: 'longText', label: '备注', maxLength: 500 },
    photo: { kind: 'files', label: '照片', accept: 'image', maxFiles: 1 },
    documents: {
      kind: 'files',
      label: '证件与文件',
      accept: 'any',
      maxFiles: mostDocuments,
      help: '身份证复印件、租赁合同等；有“查看完整信息”权限的人才能打开，每次打开记入操作日志',
    },
  },
});

/** Who lives where now. */
export const occupancyResource = defineResource({
  name: 'occupancy',
  hasCustomFields: true,
  isPersonal: true,
  borrowed: { resource: 'resident', table: 'resident', by: 'residentId' },
  table: 'occupancy_list',
  path: 'occupancies',
  label: '住户',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'name',
  unique: [],
  defaultSort: ['-movedInOn'],
  permissions: listPermissions,
  fields: {
    name,
    phone,
    isPhoneVerified: { kind: 'boolean', label: '手机验证', isReadOnly: true, isListed: true, width: 100 },
    houseId: house,
    role,
    validUntil: { kind: 'day', label: '有效期至', isListed: true, isMainFilter: true, width: 110 },
    movedInOn: { kind: 'day', label: '迁入日期', isListed: true, width: 110 },
    tags: { ...tags, isMainFilter: true, isReadOnly: true },
    sex,
    birthday: { kind: 'day', label: '出生日期' },
    householdType: { kind: 'choice', label: '户籍类型', options: householdTypes },
    hasIdCard: { kind: 'boolean', label: '已登记证件', isReadOnly: true, width: 100 },
    buildingId: building,
    unitId: { kind: 'reference', label: '单元', to: 'unit', isReadOnly: true },
    movedInHow: { kind: 'choice', label: '入住方式', options: moveInHows, isReadOnly: true },
    residentId: { kind: 'reference', label: '住户编号', to: 'resident', isReadOnly: true },
  },
});

export const moveInRecordResource = defineResource({
  name: 'moveInRecord',
  table: 'move_in_log',
  path: 'move-in-records',
  label: '入住记录',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'name',
  unique: [],
  defaultSort: ['-movedInOn'],
  permissions: listPermissions,
  fields: {
    name,
    houseId: house,
    role,
    movedInOn: { kind: 'day', label: '迁入日期', isListed: true, isMainFilter: true },
    validUntil: { kind: 'day', label: '有效期至', isListed: true },
    how: {
      kind: 'choice',
      label: '入住方式',
      options: moveInHows,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
    },
    staffName,
    createdAt: { kind: 'instant', label: '登记时间', isReadOnly: true, isListed: true },
    buildingId: building,
  },
});

export const moveOutRecordResource = defineResource({
  name: 'moveOutRecord',
  table: 'move_out_log',
  path: 'move-out-records',
  label: '迁出记录',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'name',
  unique: [],
  defaultSort: ['-movedOutOn'],
  permissions: listPermissions,
  fields: {
    name,
    houseId: house,
    role,
    movedInOn: { kind: 'day', label: '迁入日期', isListed: true },
    movedOutOn: { kind: 'day', label: '迁出日期', isListed: true, isMainFilter: true, isReadOnly: true },
    how: {
      kind: 'choice',
      label: '迁出方式',
      options: moveOutHows,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
    },
    reason: { kind: 'longText', label: '原因', maxLength: 200, isReadOnly: true, isListed: true },
    staffName,
    updatedAt: { kind: 'instant', label: '登记时间', isReadOnly: true, isListed: true },
    buildingId: building,
  },
});

/** People who do not live here: those who ask to be let in, and those who left. */
export const absentResidentResource = defineResource({
  name: 'absentResident',
  table: 'absent_resident_list',
  path: 'absent-residents',
  label: '未入住人员',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'name',
  unique: [],
  defaultSort: ['-since'],
  permissions: listPermissions,
  fields: {
    name,
    phone,
    state: {
      kind: 'choice',
      label: '状态',
      options: absentStates,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 90,
    },
    houseId: { ...house, label: '房屋', help: '申请入住的房屋，或迁出前所住的房屋' },
    role,
    note: { kind: 'longText', label: '说明', maxLength: 500, isListed: true, width: 220 },
    reason: { kind: 'longText', label: '拒绝或迁出原因', maxLength: 200, isReadOnly: true, isListed: true, width: 180 },
    since: { kind: 'day', label: '申请或迁出日期', isReadOnly: true, isListed: true, isMainFilter: true, width: 130 },
    record: {
      kind: 'choice',
      label: '来源',
      options: { application: '入住申请', resident: '曾入住' },
      isReadOnly: true,
    },
  },
});

export const moveInApplicationResource = defineResource({
  name: 'moveInApplication',
  table: 'move_in_application',
  path: 'move-in-applications',
  label: '入住申请',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'name',
  unique: [],
  defaultSort: ['-submittedAt'],
  permissions: { ...reviewPermissions },
  fields: {
    name,
    phone: { ...phone, width: 120 },
    isPhoneVerified: { kind: 'boolean', label: '手机验证', isReadOnly: true, isListed: true, width: 100 },
    state: {
      kind: 'choice',
      label: '状态',
      options: applicationStates,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 90,
    },
    houseId: { ...house, label: '申请的房屋' },
    role: { ...role, label: '申请的身份', width: 110 },
    sex,
    note: { kind: 'longText', label: '注册说明', maxLength: 500, isListed: true, width: 240 },
    photos: { kind: 'files', label: '照片', accept: 'image', maxFiles: 6, isListed: true, width: 120 },
    submittedAt: { kind: 'instant', label: '提交时间', isReadOnly: true, isListed: true },
    source: {
      kind: 'choice',
      label: '来源',
      options: applicationSources,
      isReadOnly: true,
      isListed: true,
    },
    round: { kind: 'integer', label: '第几次提交', min: 1, max: 1000, isReadOnly: true },
    refuseReason: { kind: 'longText', label: '拒绝原因', maxLength: 200, isReadOnly: true, isListed: true },
    decidedAt: { kind: 'instant', label: '审核时间', isReadOnly: true },
  },
});

export const residentInvitationResource = defineResource({
  name: 'residentInvitation',
  table: 'resident_invitation_list',
  path: 'resident-invitations',
  label: '邀请',
  isCommunityScoped: true,
  isListOnly: true,
  titleField: 'code',
  unique: [['code']],
  defaultSort: ['-createdAt'],
  permissions: listPermissions,
  fields: {
    code: {
      kind: 'text',
      label: '邀请码',
      maxLength: 20,
      isReadOnly: true,
      isListed: true,
      isSearched: true,
      width: 120,
    },
    houseId: house,
    inviterName: {
      kind: 'text',
      label: '邀请人',
      maxLength: 40,
      isReadOnly: true,
      isListed: true,
      isSearched: true,
      width: 110,
    },
    role: { ...role, options: invitedRoles },
    state: {
      kind: 'choice',
      label: '状态',
      options: invitationStates,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
      width: 90,
    },
    expiresOn: { kind: 'day', label: '邀请截止', isListed: true, isMainFilter: true, help: '含当天' },
    validUntil: { kind: 'day', label: '入住有效期至', isListed: true },
    invitedName: {
      kind: 'text',
      label: '受邀人',
      maxLength: 40,
      isReadOnly: true,
      isListed: true,
      isSearched: true,
      width: 110,
    },
    closedAt: { kind: 'instant', label: '接受或撤回时间', isReadOnly: true },
    createdAt: { kind: 'instant', label: '发出时间', isReadOnly: true, isListed: true },
  },
});

export const residentDeletionResource = defineResource({
  name: 'residentDeletion',
  table: 'resident_deletion_list',
  path: 'resident-deletions',
  label: '删除记录',
  isCommunityScoped: false,
  isListOnly: true,
  titleField: 'maskedName',
  unique: [],
  defaultSort: ['-createdAt'],
  permissions: listPermissions,
  fields: {
    maskedName: { kind: 'text', label: '住户', maxLength: 40, isReadOnly: true, isListed: true, width: 120 },
    houseLabels: {
      kind: 'text',
      label: '房屋',
      maxLength: 400,
      isReadOnly: true,
      isListed: true,
      isSearched: true,
      width: 220,
    },
    kind: {
      kind: 'choice',
      label: '方式',
      options: deletionKinds,
      isReadOnly: true,
      isListed: true,
      isMainFilter: true,
    },
    reason: { kind: 'longText', label: '原因', maxLength: 200, isReadOnly: true, isListed: true, width: 260 },
    staffName: { ...staffName, isSearched: true },
    createdAt: { kind: 'instant', label: '时间', isReadOnly: true, isListed: true, isMainFilter: true },
  },
});
