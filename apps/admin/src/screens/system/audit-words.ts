import type { AuditView } from '@anlin/contract';
import { findResource } from '../../resource-ui/resource-registry.ts';

const nouns: Readonly<Record<string, string>> = {
  community: '小区',
  building: '楼宇',
  unit: '单元',
  house: '房屋',
  parkingSpace: '车位',
  vehicle: '车辆',
  resident: '住户',
  occupancy: '入住',
  tag: '数据标签',
  chargeItem: '收费项目',
  chargeStandard: '收费标准',
  standardBinding: '标准绑定',
  bill: '账单',
  raisingRun: '账单生成',
  receipt: '收据',
  income: '收入明细',
  chargeLedger: '收费台账',
  staff: '员工',
  session: '登录',
  import: '导入',
  company: '物业公司',
  messageChannel: '消息渠道',
  notification: '通知设置',
  messageDelivery: '消息推送',
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
  print: '打印',
  end: '结束',
  moveIn: '迁入',
  moveOut: '迁出',
  signIn: '登录',
  changePassword: '修改密码',
  revealPhone: '查看完整电话',
  generateHouses: '批量建房',
  tagMany: '批量打标签',
  addPrice: '新增价格',
};

const wholes: Readonly<Record<string, string>> = {
  'session.signIn': '登录',
  'session.changePassword': '修改密码',
  'session.endOfStaff': '结束员工登录',
  'signIn.savePolicy': '修改登录方式',
  'messageChannel.save': '设置消息渠道',
  'notification.save': '修改通知设置',
  'messageDelivery.resend': '重发消息',
  'receipt.take': '收款',
  'receipt.reverse': '撤销收款',
  'occupancy.moveIn': '住户迁入',
  'occupancy.moveOut': '住户迁出',
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
  movedInOn: '迁入日期',
  movedOutOn: '迁出日期',
  monthFrom: '起始月份',
  monthTo: '结束月份',
  startsOn: '开始日期',
  endsOn: '结束日期',
  hasWholePhones: '含完整电话',
  printCount: '打印次数',
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
