import { allPermissions, type Permission } from '@anlin/contract';

const views = allPermissions.filter(
  (one) => one.endsWith('.view') && one !== 'audit.view' && one !== 'importHistory.view',
);

/** Permission groups for the usual posts (PLT-5). A company may edit them afterwards. */
export const builtInGroups = {
  管理员: allPermissions,
  项目经理: [
    ...views,
    'resident.edit',
    'resident.reveal',
    'house.edit',
    'income.export',
    'chargeLedger.export',
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
    'bill.void',
    'bill.export',
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
    'cashier.view',
    'cashier.collect',
    'receipt.view',
    'receipt.print',
    'receipt.reverse',
    'income.view',
  ],
  财务: [...views, 'income.export', 'chargeLedger.export', 'bill.export', 'receipt.print', 'audit.view'],
  客服: [
    'dashboard.view',
    'community.view',
    'building.view',
    'house.view',
    'house.edit',
    'house.import',
    'parkingSpace.view',
    'vehicle.view',
    'vehicle.edit',
    'resident.view',
    'resident.edit',
    'resident.reveal',
    'tag.view',
  ],
  维修: ['dashboard.view', 'community.view', 'building.view', 'house.view'],
} as const satisfies Record<string, readonly Permission[]>;

export type BuiltInGroup = keyof typeof builtInGroups;
