/**
 * The catalogue of operations a permission group can hold (PLT-5). The key is what endpoints name;
 * page and label are what the administrator ticks.
 */
export const permissions = {
  'dashboard.view': { page: '工作台', label: '查看' },
  'community.view': { page: '小区', label: '查看' },
  'community.create': { page: '小区', label: '新增' },
  'community.edit': { page: '小区', label: '修改' },
  'building.view': { page: '楼宇', label: '查看' },
  'building.create': { page: '楼宇', label: '新增' },
  'building.edit': { page: '楼宇', label: '修改' },
  'building.delete': { page: '楼宇', label: '删除' },
  'building.import': { page: '楼宇', label: '导入' },
  'house.view': { page: '房屋', label: '查看' },
  'house.create': { page: '房屋', label: '新增' },
  'house.edit': { page: '房屋', label: '修改' },
  'house.delete': { page: '房屋', label: '删除' },
  'house.import': { page: '房屋', label: '导入' },
  'house.export': { page: '房屋', label: '导出' },
  'parkingSpace.view': { page: '车位', label: '查看' },
  'parkingSpace.create': { page: '车位', label: '新增' },
  'parkingSpace.edit': { page: '车位', label: '修改' },
  'parkingSpace.delete': { page: '车位', label: '删除' },
  'parkingSpace.import': { page: '车位', label: '导入' },
  'parkingSpace.export': { page: '车位', label: '导出' },
  'vehicle.view': { page: '车辆', label: '查看' },
  'vehicle.create': { page: '车辆', label: '新增' },
  'vehicle.edit': { page: '车辆', label: '修改' },
  'vehicle.delete': { page: '车辆', label: '删除' },
  'vehicle.import': { page: '车辆', label: '导入' },
  'vehicle.export': { page: '车辆', label: '导出' },
  'resident.view': { page: '住户', label: '查看' },
  'resident.edit': { page: '住户', label: '修改' },
  'resident.reveal': { page: '住户', label: '查看完整电话和证件号' },
  'tag.view': { page: '数据标签', label: '查看' },
  'tag.edit': { page: '数据标签', label: '修改' },
  'tag.import': { page: '数据标签', label: '导入' },
  'chargeItem.view': { page: '收费项目', label: '查看' },
  'chargeItem.create': { page: '收费项目', label: '新增' },
  'chargeItem.edit': { page: '收费项目', label: '修改' },
  'chargeItem.delete': { page: '收费项目', label: '删除' },
  'chargeItem.import': { page: '收费项目', label: '导入' },
  'chargeItem.export': { page: '收费项目', label: '导出' },
  'chargeStandard.view': { page: '收费标准', label: '查看' },
  'chargeStandard.edit': { page: '收费标准', label: '设置' },
  'standardBinding.view': { page: '标准绑定', label: '查看' },
  'standardBinding.edit': { page: '标准绑定', label: '绑定与结束' },
  'bill.view': { page: '账单', label: '查看' },
  'bill.raise': { page: '账单', label: '生成' },
  'bill.void': { page: '账单', label: '作废' },
  'bill.export': { page: '账单', label: '导出' },
  'cashier.view': { page: '收银台', label: '查看' },
  'cashier.collect': { page: '收银台', label: '收款' },
  'receipt.view': { page: '收据', label: '查看' },
  'receipt.print': { page: '收据', label: '打印' },
  'receipt.reverse': { page: '收据', label: '撤销' },
  'income.view': { page: '收入明细', label: '查看' },
  'income.export': { page: '收入明细', label: '导出' },
  'chargeLedger.view': { page: '收费台账', label: '查看' },
  'chargeLedger.export': { page: '收费台账', label: '导出' },
  'importHistory.view': { page: '导入记录', label: '查看全公司的导入' },
  'importHistory.undo': { page: '导入记录', label: '撤销导入' },
  'audit.view': { page: '操作日志', label: '查看' },
} as const;

export type Permission = keyof typeof permissions;

export const allPermissions = Object.keys(permissions) as Permission[];

export function isPermission(value: string): value is Permission {
  return value in permissions;
}

/** `收银台 · 收款`, as refusals and the administrator's page say it. */
export function permissionLabel(permission: Permission): string {
  const { page, label } = permissions[permission];
  return `${page} · ${label}`;
}
