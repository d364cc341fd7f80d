import type { Screen } from '../shell/navigation.tsx';

/**
 * Every page of the back office, one line each, in the order of the menu. Adding a line adds the route, the menu
 * entry and the entry of the command palette.
 */
// biome-ignore format: a table reads better than ninety short lines.
export const screens: readonly Screen[] = [
  { path: '/dashboard', group: 'desk', title: '工作台', permission: 'signedIn', manual: 'dashboard', load: () => import('./desk/dashboard-screen.tsx') },
  { path: '/approvals', group: 'desk', title: '我的审批', permission: 'signedIn', manual: 'approvals', load: () => import('./desk/approvals-screen.tsx') },
  { path: '/estate/communities', group: 'estate', title: '小区', permission: 'community.view', manual: 'communities', load: () => import('./estate/community-screen.tsx') },
  { path: '/estate/buildings', group: 'estate', title: '楼宇', permission: 'building.view', manual: 'buildings', load: () => import('./estate/building-screen.tsx') },
  { path: '/estate/houses', group: 'estate', title: '房屋', permission: 'house.view', manual: 'houses', load: () => import('./estate/house-screen.tsx') },
  { path: '/estate/residents', group: 'estate', title: '住户', permission: 'resident.view', manual: 'residents', load: () => import('./residents/resident-screen.tsx') },
  { path: '/estate/move-in-applications', group: 'estate', title: '入住审核', permission: 'resident.view', manual: 'move-in-applications', load: () => import('./residents/application-screen.tsx') },
  { path: '/estate/portrait', group: 'estate', title: '客户画像', permission: 'resident.view', manual: 'portrait', load: () => import('./residents/portrait-screen.tsx') },
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
  { path: '/organisation/company', group: 'organisation', title: '公司信息', permission: 'company.view', manual: 'company', load: () => import('./organisation/company-screen.tsx') },
  { path: '/organisation/departments', group: 'organisation', title: '组织架构', permission: 'department.view', manual: 'departments', load: () => import('./organisation/department-screen.tsx') },
  { path: '/organisation/staff', group: 'organisation', title: '员工', permission: 'staff.view', manual: 'staff', load: () => import('./organisation/staff-screen.tsx') },
  { path: '/organisation/external-contacts', group: 'organisation', title: '外部通讯录', permission: 'externalContact.view', manual: 'external-contacts', load: () => import('./organisation/external-contact-screen.tsx') },
  { path: '/system/permission-groups', group: 'system', title: '权限组', permission: 'permissionGroup.view', manual: 'permission-groups', load: () => import('./rights/permission-group-screen.tsx') },
  { path: '/system/staff-rights', group: 'system', title: '员工权限', permission: 'staffRights.view', manual: 'data-scope', load: () => import('./rights/staff-rights-screen.tsx') },
  { path: '/system/approval-flows', group: 'system', title: '审批流程', permission: 'approvalFlow.edit', manual: 'approval-flows', load: () => import('./system/approval-flows-screen.tsx') },
  { path: '/system/audit', group: 'system', title: '操作日志', permission: 'audit.view', manual: 'audit', load: () => import('./system/audit-screen.tsx') },
  { path: '/system/custom-fields', group: 'system', title: '自定义字段', permission: 'customField.edit', manual: 'custom-fields', load: () => import('./system/custom-field-screen.tsx') },
  { path: '/system/print-templates', group: 'system', title: '打印模板', permission: 'printTemplate.edit', manual: 'print-templates', load: () => import('./printing/print-templates-screen.tsx') },
  { path: '/system/exit-slips', group: 'system', title: '打印出门条', permission: 'exitSlip.print', manual: 'exit-slips', load: () => import('./printing/exit-slip-screen.tsx') },
  { path: '/system/tasks', group: 'system', title: '后台任务', permission: 'signedIn', manual: 'tasks', load: () => import('./system/tasks-screen.tsx') },
  { path: '/estate/residents/file', group: 'estate', title: '住户档案', permission: 'resident.view', manual: 'resident-file', isUnlisted: true, load: () => import('./residents/resident-file-screen.tsx') },
  { path: '/estate/houses/file', group: 'estate', title: '房屋档案', permission: 'house.view', manual: 'resident-file', isUnlisted: true, load: () => import('./residents/house-file-screen.tsx') },
  { path: '/estate/houses/import', group: 'estate', title: '导入房屋', permission: 'house.import', manual: 'import', isUnlisted: true, load: () => import('./estate/import-house-screen.tsx') },
  { path: '/estate/parking-spaces/import', group: 'estate', title: '导入车位', permission: 'parkingSpace.import', manual: 'import', isUnlisted: true, load: () => import('./estate/import-parking-space-screen.tsx') },
  { path: '/estate/vehicles/import', group: 'estate', title: '导入车辆', permission: 'vehicle.import', manual: 'import', isUnlisted: true, load: () => import('./estate/import-vehicle-screen.tsx') },
  { path: '/charging/charge-items/import', group: 'charging', title: '导入收费项目', permission: 'chargeItem.import', manual: 'import', isUnlisted: true, load: () => import('./charging/import-charge-item-screen.tsx') },
  { path: '/organisation/staff/import', group: 'organisation', title: '导入员工', permission: 'staff.import', manual: 'import', isUnlisted: true, load: () => import('./organisation/import-staff-screen.tsx') },
  { path: '/organisation/external-contacts/import', group: 'organisation', title: '导入外部联系人', permission: 'externalContact.import', manual: 'import', isUnlisted: true, load: () => import('./organisation/import-external-contact-screen.tsx') },
];
