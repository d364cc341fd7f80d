import type { Screen } from '../shell/navigation.tsx';

/**
 * Every page of the back office, one line each, in the order of the menu. Adding a line adds the route, the menu
 * entry and the entry of the command palette.
 */
// biome-ignore format: a table reads better than ninety short lines.
export const screens: readonly Screen[] = [
  { path: '/dashboard', group: 'desk', title: '工作台', permission: 'signedIn', manual: 'dashboard', load: () => import('./desk/dashboard-screen.tsx') },
  { path: '/estate/communities', group: 'estate', title: '小区', permission: 'community.view', manual: 'communities', load: () => import('./estate/community-screen.tsx') },
  { path: '/estate/buildings', group: 'estate', title: '楼宇', permission: 'building.view', manual: 'buildings', load: () => import('./estate/building-screen.tsx') },
  { path: '/estate/houses', group: 'estate', title: '房屋', permission: 'house.view', manual: 'houses', load: () => import('./estate/house-screen.tsx') },
  { path: '/estate/residents', group: 'estate', title: '住户', permission: 'resident.view', manual: 'residents', load: () => import('./estate/resident-screen.tsx') },
  { path: '/estate/parking-spaces', group: 'estate', title: '车位', permission: 'parkingSpace.view', manual: 'parking', load: () => import('./estate/parking-space-screen.tsx') },
  { path: '/estate/vehicles', group: 'estate', title: '车辆', permission: 'vehicle.view', manual: 'vehicles', load: () => import('./estate/vehicle-screen.tsx') },
  { path: '/estate/tags', group: 'estate', title: '数据标签', permission: 'tag.view', manual: 'tags', load: () => import('./estate/tag-screen.tsx') },
  { path: '/charging/charge-items', group: 'charging', title: '收费项目', permission: 'chargeItem.view', manual: 'charge-items', load: () => import('./charging/charge-item-screen.tsx') },
  { path: '/charging/charge-standards', group: 'charging', title: '收费标准', permission: 'chargeStandard.view', manual: 'charge-standards', load: () => import('./charging/charge-standard-screen.tsx') },
  { path: '/charging/standard-bindings', group: 'charging', title: '标准绑定', permission: 'standardBinding.view', manual: 'bindings', load: () => import('./charging/standard-binding-screen.tsx') },
  { path: '/charging/raise-bills', group: 'charging', title: '生成账单', permission: 'bill.raise', manual: 'raise-bills', load: () => import('./charging/raise-bills-screen.tsx') },
  { path: '/charging/bills', group: 'charging', title: '账单', permission: 'bill.view', manual: 'bills', load: () => import('./charging/bill-screen.tsx') },
  { path: '/cashier/desk', group: 'cashier', title: '收银台', permission: 'cashier.view', manual: 'cashier', load: () => import('./cashier/cashier-screen.tsx') },
  { path: '/cashier/receipts', group: 'cashier', title: '收据', permission: 'receipt.view', manual: 'receipts', load: () => import('./cashier/receipts-screen.tsx') },
  { path: '/finance/income', group: 'finance', title: '收入明细', permission: 'income.view', manual: 'income', load: () => import('./finance/income-screen.tsx') },
  { path: '/finance/charge-ledger', group: 'finance', title: '收费台账', permission: 'chargeLedger.view', manual: 'charge-ledger', load: () => import('./finance/charge-ledger-screen.tsx') },
  { path: '/system/audit', group: 'system', title: '操作日志', permission: 'audit.view', manual: 'audit', load: () => import('./system/audit-screen.tsx') },
  { path: '/system/imports', group: 'system', title: '导入记录', permission: 'signedIn', manual: 'import', load: () => import('./system/import-history-screen.tsx') },
  { path: '/system/tasks', group: 'system', title: '后台任务', permission: 'signedIn', manual: 'tasks', load: () => import('./system/tasks-screen.tsx') },
  { path: '/estate/houses/import', group: 'estate', title: '导入房屋', permission: 'house.import', manual: 'import', isUnlisted: true, load: () => import('./estate/import-house-screen.tsx') },
  { path: '/estate/buildings/import', group: 'estate', title: '导入楼宇', permission: 'building.import', manual: 'import', isUnlisted: true, load: () => import('./estate/import-building-screen.tsx') },
  { path: '/estate/tags/import', group: 'estate', title: '导入数据标签', permission: 'tag.import', manual: 'import', isUnlisted: true, load: () => import('./estate/import-tag-screen.tsx') },
  { path: '/estate/parking-spaces/import', group: 'estate', title: '导入车位', permission: 'parkingSpace.import', manual: 'import', isUnlisted: true, load: () => import('./estate/import-parking-space-screen.tsx') },
  { path: '/estate/vehicles/import', group: 'estate', title: '导入车辆', permission: 'vehicle.import', manual: 'import', isUnlisted: true, load: () => import('./estate/import-vehicle-screen.tsx') },
  { path: '/charging/charge-items/import', group: 'charging', title: '导入收费项目', permission: 'chargeItem.import', manual: 'import', isUnlisted: true, load: () => import('./charging/import-charge-item-screen.tsx') },
];
