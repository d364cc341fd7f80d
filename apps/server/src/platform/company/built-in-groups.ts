import { allPermissions, type Permission } from '@anlin/contract';

/** Given by name: seeing what others did or asked for, and how messages and sign-ins are set up. */
const namedViews: readonly Permission[] = [
  'audit.view',
  'approval.view',
  'messageChannel.view',
  'notification.view',
  'messageLog.view',
  'signIn.view',
  'importHistory.view',
];
const views = allPermissions.filter((one) => one.endsWith('.view') && !namedViews.includes(one));

/** Permission groups for the usual posts (PLT-5). A company may edit them afterwards. */
export const builtInGroups = {
  管理员: allPermissions,
  项目经理: [
    ...views,
    'resident.edit',
    'resident.review',
    'resident.export',
    'resident.reveal',
    'vehicle.review',
    'microSite.edit',
    'house.edit',
    'house.handOver',
    'income.export',
    'chargeLedger.export',
    'approval.view',
    'importHistory.view',
    'audit.view',
  ],
  收费主管: [
    ...views,
    'chargeItem.create',
    'chargeItem.edit',
    'chargeItem.delete',
    'chargeItem.import',
    'chargeItem.export',
    'chargeStandard.edit',
    'standardBinding.edit',
    'bill.raise',
    'bill.charge',
    'bill.void',
    'bill.export',
    'bill.printNotice',
    'meter.create',
    'meter.edit',
    'meter.delete',
    'meter.import',
    'meter.export',
    'meterReading.record',
    'meterReading.delete',
    'meterReading.import',
    'meterReading.export',
    'apportionment.edit',
    'apportionment.run',
    'printTemplate.edit',
    'house.export',
    'income.export',
    'chargeLedger.export',
  ],
  收银员: [
    'dashboard.view',
    'community.view',
    'building.view',
    'house.view',
    'parkingSpace.view',
    'resident.view',
    'tag.view',
    'bill.view',
    'bill.charge',
    'bill.printNotice',
    'cashier.view',
    'cashier.collect',
    'receipt.view',
    'receipt.print',
    'receipt.reverse',
    'exitSlip.print',
    'printTemplate.view',
    'income.view',
  ],
  财务: [
    ...views,
    'income.export',
    'chargeLedger.export',
    'books.close',
    'books.reopen',
    'bill.export',
    'receipt.print',
    'audit.view',
  ],
  客服: [
    'dashboard.view',
    'community.view',
    'building.view',
    'house.view',
    'house.edit',
    'house.handOver',
    'house.import',
    'parkingSpace.view',
    'vehicle.view',
    'vehicle.edit',
    'vehicle.review',
    'resident.view',
    'resident.edit',
    'resident.review',
    'resident.import',
    'resident.reveal',
    'tag.view',
    'exitSlip.print',
    'printTemplate.view',
  ],
  维修: [
    'dashboard.view',
    'community.view',
    'building.view',
    'house.view',
    'tag.view',
    'meter.view',
    'meterReading.view',
    'meterReading.record',
  ],
  保安: [
    'dashboard.view',
    'community.view',
    'building.view',
    'house.view',
    'parkingSpace.view',
    'vehicle.view',
    'tag.view',
  ],
  仓管: ['dashboard.view', 'community.view', 'building.view'],
} as const satisfies Record<string, readonly Permission[]>;

export type BuiltInGroup = keyof typeof builtInGroups;

/** Holds everything at any time, so that what later versions add is never out of everybody's reach. */
export const administratorGroup: BuiltInGroup = '管理员';

/** What a built-in group holds on the phone: the same work without spreadsheets. */
export function phonePermissionsOf(permissions: readonly Permission[]): Permission[] {
  return permissions.filter((one) => !/\.(import|export)$/.test(one));
}

export function isBuiltInGroup(name: string): name is BuiltInGroup {
  return Object.hasOwn(builtInGroups, name);
}
