import type { AuditView } from '@anlin/contract';
import { findResource } from '../../resource-ui/resource-registry.ts';

const nouns: Readonly<Record<string, string>> = {
  community: '小区',
  building: '楼宇',
  unit: '单元',
  house: '房屋',
  parkingSpace: '车位',
  vehicle: '车辆',
  vehicleApplication: '车辆申请',
  resident: '住户',
  occupancy: '入住',
  moveInApplication: '入住申请',
  residentInvitation: '邀请',
  tag: '数据标签',
  chargeItem: '收费项目',
  chargeStandard: '收费标准',
  standardBinding: '标准绑定',
  tagBinding: '跟随标签的绑定',
  bill: '账单',
  dunning: '催缴',
  dunningHousehold: '欠费户',
  dunningNotice: '催缴记录',
  dunningPlan: '催缴计划',
  dunningSetting: '催缴设置',
  smsPackage: '短信条数',
  raisingRun: '账单生成',
  meter: '仪表',
  meterReading: '抄表记录',
  apportionment: '公摊',
  receipt: '收据',
  refund: '退款',
  recycleBin: '回收站',
  prepaid: '预存款',
  prepaidAccount: '预存款',
  prepaidMovement: '预存变动',
  prepaidPackage: '预存套餐',
  deposit: '押金',
  depositMovement: '押金变动',
  bookClosing: '结账',
  shift: '交班',
  collectionPlan: '收款计划',
  wallLink: '电视墙链接',
  statementLink: '对账单链接',
  offer: '优惠活动',
  paymentMethod: '支付方式',
  discountLimit: '优惠限额',
  numberPattern: '编号规则',
  income: '收入明细',
  chargeLedger: '收费台账',
  staff: '员工',
  session: '登录',
  permissionGroup: '权限组',
  staffRights: '员工权限',
  import: '导入',
  company: '物业公司',
  department: '部门',
  externalContact: '外部联系人',
  customField: '自定义字段',
  approval: '审批',
  approvalFlow: '审批流程',
  messageChannel: '消息渠道',
  notification: '通知设置',
  messageDelivery: '消息推送',
  officialAccount: '公众号设置',
  officialMenu: '公众号菜单',
  officialReply: '公众号自动回复',
  officialTemplate: '公众号模板',
  backup: '备份',
};

const verbs: Readonly<Record<string, string>> = {
  create: '新增',
  update: '修改',
  edit: '修改',
  delete: '删除',
  import: '导入',
  export: '导出',
  raise: '生成',
  void: '作废',
  take: '收款',
  reverse: '撤销',
  waive: '减免',
  takeBackWaiver: '撤回减免',
  changeDueDay: '改缴费期限',
  reopen: '恢复',
  purge: '清除',
  amend: '修改',
  print: '打印',
  end: '结束',
  replace: '换表',
  run: '分摊',
  voidRun: '撤销分摊',
  redo: '重新分摊',
  moveIn: '迁入',
  moveOut: '迁出',
  signIn: '登录',
  changePassword: '修改密码',
  revealPhone: '查看完整电话',
  revealIdCard: '查看完整证件号',
  revealEmergency: '查看紧急联系人电话',
  setIdCard: '登记证件号',
  removeIdCard: '清除证件号',
  merge: '合并',
  erase: '注销',
  exportData: '导出个人信息',
  submit: '提交',
  resubmit: '重新提交',
  approve: '通过',
  pass: '通过',
  follow: '核对',
  reject: '拒绝',
  issue: '发出',
  accept: '接受',
  revoke: '撤回',
  generateHouses: '批量建房',
  tagMany: '批量打标签',
  addPrice: '新增价格',
  move: '移动',
  disable: '停用',
  enable: '启用',
  archive: '停用',
  restore: '恢复',
  batchEdit: '批量修改',
};

const wholes: Readonly<Record<string, string>> = {
  'approval.request': '提交审批',
  'approval.approve': '审批同意',
  'approval.reject': '审批驳回',
  'approval.passOn': '审批转交',
  'approval.reassign': '审批改派',
  'approval.withdraw': '撤回审批',
  'approval.invalidate': '审批失效',
  'approvalFlow.move': '调整审批流程顺序',
  'house.handOver': '房屋过户',
  'session.signIn': '登录',
  'resident.signIn': '住户登录',
  'payLink.create': '住户发出代付链接',
  'session.changePassword': '修改密码',
  'staff.resetPassword': '重置员工密码',
  'staff.renewJoinCode': '更换加入码',
  'handoverSlip.print': '打印过户结清单',
  'arrearsReminder.print': '打印欠费提醒函',
  'arrearsDemand.print': '打印欠费催告函',
  'arrearsFinal.print': '打印欠费最后通知',
  'dunning.send': '发送催缴',
  'dunning.noteCall': '登记电话催缴',
  'smsPackage.add': '登记短信条数',
  'staff.syncWecom': '从企业微信同步员工',
  'officialAccount.save': '设置公众号',
  'officialMenu.save': '保存公众号菜单草稿',
  'officialMenu.publish': '发布公众号菜单',
  'officialMenu.sync': '从微信读回公众号菜单',
  'officialTemplate.sync': '从微信同步公众号模板',
  'messageChannel.mapTemplate': '设置消息模板',
  'session.endOfStaff': '结束员工登录',
  'chargeStandard.takeBackFormula': '撤回收费标准的公式',
  'numberPattern.change': '修改编号规则',
  'backup.saveSettings': '设置自动备份',
  'backup.start': '立即备份',
  'backup.verify': '校验备份',
  'signIn.savePolicy': '修改登录方式',
  'messageChannel.save': '设置消息渠道',
  'notification.save': '修改通知设置',
  'messageDelivery.resend': '重发消息',
  'receipt.take': '收款',
  'books.close': '结账',
  'books.reopen': '反结账',
  'shift.close': '交班',
  'receipt.reverse': '撤销收款',
  'receipt.amend.method': '修改收据的支付方式',
  'receipt.amend.payer': '修改收据的付款人',
  'receipt.amend.note': '修改收据的备注',
  'refund.take': '退款',
  'prepaid.move': '转移预存款',
  'prepaid.offset': '预存款冲抵账单',
  'deposit.forfeit': '没收押金',
  'deposit.keep': '押金转为预存款',
  'deposit.transfer': '押金转到其他房屋',
  'recycleBin.purge': '清除回收站',
  'bill.reduce': '账单优惠、减免违约金',
  'paymentMethod.sort': '调整支付方式次序',
  'discountLimit.set': '修改优惠限额',
  'occupancy.moveIn': '住户迁入',
  'occupancy.moveOut': '住户迁出',
  'departmentRights.setGroups': '指定部门的权限组',
  'staffRights.setGroups': '指定权限组',
  'staffRights.setScope': '指定数据范围',
  'occupancy.moveOutMany': '批量迁出',
  'occupancy.expire': '到期迁出',
  'occupancy.edit': '修改住户身份',
  'resident.revealPhone': '查看住户完整电话',
  'resident.revealIdCard': '查看住户完整证件号',
  'resident.openDocument': '打开住户的证件或文件',
  'resident.revealEmergency': '查看紧急联系人电话',
  'resident.setIdCard': '登记住户证件号',
  'resident.removeIdCard': '清除住户证件号',
  'resident.exportData': '导出住户个人信息',
};

/** `receipt.take` → 收款, `house.import.finish` → 导入房屋. What has no word is shown as it is written. */
export function actionText(action: string): string {
  const whole = wholes[action];
  if (whole !== undefined) return whole;
  const [noun = '', verb = ''] = action.split('.');
  return `${verbs[verb] ?? verb}${nouns[noun] ?? noun}`;
}

export function targetKindText(kind: string): string {
  return nouns[kind] ?? kind;
}

/** Fields that no resource definition names. */
const ownFields: Readonly<Record<string, string>> = {
  total: '金额',
  billCount: '账单数',
  receivedOn: '收款日期',
  state: '状态',
  reason: '原因',
  rows: '行数',
  count: '数量',
  houses: '房屋数',
  sum: '金额',
  added: '新增',
  updated: '更新',
  skipped: '跳过',
  failed: '失败',
  role: '关系',
  approvalAction: '审批的操作',
  requester: '申请人',
  flow: '审批流程',
  level: '第几级',
  note: '意见',
  outcome: '结果',
  to: '交给',
  handedOverOn: '过户日',
  arrears: '欠费由谁承担',
  arrearsSum: '欠费',
  voidedCount: '作废账单数',
  raisedCount: '生成账单数',
  endedCount: '绑定数',
  leavingCount: '迁出人数',
  movedInOn: '迁入日期',
  validUntil: '有效期至',
  expiresOn: '邀请截止',
  changed: '修改的项目',
  movedStays: '转来的入住记录',
  stays: '入住记录',
  source: '来源',
  movedOutOn: '迁出日期',
  monthFrom: '起始月份',
  monthTo: '结束月份',
  startsOn: '开始日期',
  endsOn: '结束日期',
  hasWholePhones: '含完整电话',
  printCount: '打印次数',
  parent: '上级部门',
  manager: '负责人',
  place: '位置',
  contact: '联系人',
  address: '地址',
  hasLogo: '有标志',
  name: '名称',
  departments: '部门',
  way: '登录方式',
  hasWecom: '企业微信登录',
  provider: '服务商',
  isOn: '启用',
  changedSecrets: '重新填写的密钥',
  personalChannels: '告诉当事人的渠道',
  residentChannels: '告诉住户的渠道',
  subscribers: '其他接收人数',
};

/** The label a field has on the screen of its kind; what has none is shown by its key. */
function fieldText(targetKind: string, key: string): string {
  return findResource(targetKind)?.fields[key]?.label ?? ownFields[key] ?? key;
}

export interface ChangedField {
  field: string;
  before: string;
  after: string;
  isChanged: boolean;
}

/** Before and after side by side, changed fields first. */
export function changedFields({
  targetKind,
  before,
  after,
}: Pick<AuditView, 'targetKind' | 'before' | 'after'>): ChangedField[] {
  const [old, now] = [entriesOf(before), entriesOf(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])];
  const rows = fields.map((field) => {
    const [was = '', is = ''] = [old.get(field), now.get(field)];
    return { field: fieldText(targetKind, field), before: was, after: is, isChanged: was !== is };
  });
  return [...rows.filter((row) => row.isChanged), ...rows.filter((row) => !row.isChanged)];
}

function entriesOf(value: unknown): Map<string, string> {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) return new Map([['内容', textOf(value)]]);
  return new Map(Object.entries(value).map(([key, one]) => [key, textOf(one)]));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '（空）';
  if (typeof value === 'boolean') return value ? '是' : '否';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
