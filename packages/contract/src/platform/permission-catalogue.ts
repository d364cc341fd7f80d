import { allPermissions, type Permission, permissions } from './permissions.ts';

/** What an operation lets a person do, where its name does not say it: shown beside the box to tick. */
const notes: Partial<Record<Permission, string>> = {
  'dashboard.view': '今日收款、收缴率等数字，只算其数据范围内的',
  'wall.share': '生成、撤回不用登录的电视墙链接；须可看整个小区',
  'collectionPlan.edit': '须可看整个小区',
  'statement.share': '生成、撤回业主不用登录就能打开的链接',
  'community.create': '只有可看全部小区的人能新增小区',
  'microSite.edit': '编辑小区微站并应用到其他小区；须可看整个小区',
  'house.edit': '含批量打标签、批量生成房屋',
  'house.import': '含下载失败的行',
  'resident.import': '含下载失败的行；失败的行里证件号隐去',
  'resident.edit': '登记住户、迁入、迁出',
  'resident.reveal': '不勾选时电话只显示前三位和后四位，导出也一样；每次查看都会记入操作日志',
  'vehicle.review': '通过或不通过住户提交的车辆',
  'chargeStandard.edit': '新增标准、调价；对全公司生效',
  'standardBinding.edit': '绑定、修改、结束收费标准',
  'bill.raise': '预览并生成账单；须可看整个小区',
  'bill.edit': '修改没有收过款的账单，经过留痕',
  'bill.waive': '减免本金和违约金，撤回减免',
  'bill.void': '作废没有收过款的账单，从回收站恢复',
  'bill.charge': '为一个收费对象预先生成账单，或记一笔临时收费；预收须可看整个小区',
  'bill.import': '导入账单和已收款的历史；含下载失败的行',
  'dunning.send': '按微信、短信、企业微信发送，登记电话结果；打印催缴单和函件须“账单 · 打印催缴单”',
  'dunning.export': '导出催缴名单（电话清单）和记录；完整电话须“住户 · 查看完整电话和证件号”',
  'dunningPlan.edit': '新增、修改、启用、停用；须可看整个小区',
  'dunningSetting.edit': '间隔、接收人、链接、函件天数、短信余量；对全公司生效',
  'meterReading.record': '改未收款的读数会作废并重出账单；保存时出账单还须能“生成”账单',
  'meterReading.delete': '删除读数并作废它未收款的账单',
  'apportionment.run': '生成和作废公摊账单；须可看整个小区',
  'cashier.view': '打开收银台、查欠费',
  'cashier.collect': '收款并开收据；还须勾选“查看”',
  'cashier.discount': '收款时优惠、减免违约金，在权限组的限额内；不勾选或超出限额的须审批',
  'receipt.print': '打印和补打收据',
  'receipt.reverse': '撤销收据，账单恢复为未收',
  'receipt.refund': '退还账单、预存款、押金或其他收入的钱',
  'receipt.void': '收据连同账单进入回收站，或从回收站恢复',
  'recycleBin.purge': '从回收站清除，账目不受影响',
  'offer.edit': '新增、修改、停用优惠活动；对全公司生效',
  'paymentMethod.edit': '新增、改名、停用、排序；对全公司生效',
  'discountLimit.edit': '各权限组每张收据最多优惠多少；不能高于自己的',
  'prepaid.move': '在房屋、车位、车辆和专项之间转移实缴的预存款',
  'prepaid.offset': '按一套房屋或整个小区用预存款冲抵账单；设置在“小区”中',
  'prepaid.import': '从其他系统转入的余额；须可看整个小区',
  'prepaidPackage.edit': '新增、修改、停用预存套餐；对全公司生效',
  'deposit.forfeit': '没收押金，须写原因；退还押金须“收据 · 退款”',
  'deposit.import': '从其他系统转入的押金；须可看整个小区',
  'bankAgreement.export': '账号只显示后四位',
  'bankBatch.make': '代扣文件里有完整账号；须可看整个小区',
  'bankBatch.book': '按银行的结果开收据；须可看整个小区',
  'bankStatement.book': '按对账单开收据、搁置转账；须可看整个小区',
  'payment.handle': '多收的款转预存后的核对或原路退回，渠道退款失败后重新发起',
  'paymentAgreement.end': '替住户解约，扣款失败后标为已处理或不再扣',
  'paymentAgreement.plan': '小区每月哪天自动扣款、扣什么；须可看整个小区',
  'reconciliation.view': '每日合计须可看渠道所属的整个小区；全公司通用的渠道须可看全部小区',
  'reconciliation.run': '取渠道的账单重新核对；范围同“查看”',
  'reconciliation.settle': '写明原因后核销差异、撤回核销；账目不受影响',
  'paymentChannel.edit': '商户号和密钥；全公司通用的渠道须可看全部小区',
  'collectionCode.edit': '小区的收款码和设置须可看整个小区',
  'collection.assign': '把没有说明的收款归到一户的账单、预存款或其他收入；退回须“收据 · 退款”',
  'shift.view': '自己的交班记录',
  'shift.viewAll': '所有收银员的交班记录和未交的款项；同时有“交班”的，可替不在的人交班',
  'books.close': '结账后当日及以前的单据不能再增加或更改；须可看整个小区',
  'books.reopen': '撤销最近的一次结账，须写明原因；须可看整个小区',
  'invoice.request': '填写开票申请，由有“开票与审核”的人开具',
  'invoice.issue': '开票、审核申请、失败后重开；开票内容会交给开票服务商',
  'invoice.redLetter': '开具红字发票，冲回全部或一部分',
  'invoiceSeller.edit': '销售方、服务商和密钥；全公司通用的一项须可看全部小区',
  'maintenanceFund.edit': '归集、按年结息；须可看整个小区',
  'maintenanceFund.draw': '使用方案、表决结果、分摊和拨付；须可看整个小区，拨付可设审批',
  'maintenanceFund.reverse': '冲回一次归集、结息或拨付，须写明原因；须可看整个小区',
  'maintenanceFund.import': '从其他系统转入的余额；须可看整个小区',
  'voucher.make': '为已结账的日子生成凭证并编号；须可看整个小区',
  'voucher.export': '导出用友、金蝶的导入文件；须可看整个小区',
  'voucher.void': '作废一批凭证，须写明原因；须可看整个小区',
  'accountMapping.edit': '系统科目与财务软件科目的对应；对全公司生效',
  'trialBalance.view': '只算可看整个小区的',
  'officialAccount.view': '绑定、菜单、自动回复、关注者和模板；openid 只显示首尾',
  'officialAccount.edit': 'Token 和密钥、模板对应、试发；对全公司生效',
  'officialAccount.publish': '编辑和发布菜单、自动回复、同步关注者；对全公司生效',
  'importHistory.view': '不勾选时只看到自己的导入',
  'importHistory.undo': '还须有该类数据的导入权限；撤销他人的导入还须勾选“查看”',
  'numberPattern.edit': '收据和退款单；修改须可看整个小区，已开出的不变',
  'permissionGroup.edit': '只能勾选自己也有的权限',
  'staffRights.view': '查看每个人的有效权限及来源',
  'staffRights.edit': '只能给出自己也有的权限和数据范围',
  'company.archive': '得到公司的全部数据；须可看全部小区',
  'partnerApp.edit': '应用的名称、开发者、所需权限；对全公司生效',
  'partnerApp.grant': '把应用所需的权限授予小区、随时收回；须可看整个小区',
  'openPlatform.edit': '新建、更换、停用密钥，设置事件推送，开关银行流水；须可看整个小区',
  'backup.edit': '备份含全部公司的数据：只对最早开通的公司有效，且须可看全部小区',
  'audit.view': '只看到其数据范围内的记录',
};

/** Menus of the back office with the first words of the permissions found there, both in the menu's order. */
const menus: readonly (readonly [menu: string, words: readonly string[]])[] = [
  ['工作台', ['dashboard', 'wall']],
  ['基础资料', ['community', 'microSite', 'building', 'house', 'resident', 'parkingSpace', 'vehicle', 'tag']],
  [
    '收费',
    [
      'chargeItem',
      'chargeStandard',
      'standardBinding',
      'bill',
      'dunning',
      'dunningPlan',
      'dunningSetting',
      'meter',
      'meterReading',
      'apportionment',
    ],
  ],
  [
    '收款',
    [
      'cashier',
      'receipt',
      'prepaid',
      'deposit',
      'prepaidPackage',
      'bankAgreement',
      'bankBatch',
      'bankStatement',
      'bankTemplate',
      'bankAccount',
      'payment',
      'paymentAgreement',
      'reconciliation',
      'paymentChannel',
      'collectionCode',
      'collection',
      'shift',
      'recycleBin',
      'offer',
      'paymentMethod',
      'discountLimit',
    ],
  ],
  [
    '财务',
    [
      'income',
      'chargeLedger',
      'report',
      'collectionPlan',
      'statement',
      'books',
      'invoice',
      'invoiceTitle',
      'invoiceSeller',
      'maintenanceFund',
      'voucher',
      'accountMapping',
      'trialBalance',
    ],
  ],
  ['组织', ['company', 'department', 'staff', 'externalContact']],
  [
    '系统',
    [
      'permissionGroup',
      'staffRights',
      'approval',
      'approvalFlow',
      'notification',
      'messageChannel',
      'officialAccount',
      'messageLog',
      'signIn',
      'customField',
      'importHistory',
      'numberPattern',
      'printTemplate',
      'exitSlip',
      'partnerApp',
      'openPlatform',
      'backup',
      'audit',
    ],
  ],
];
const otherMenu = '其他';

export interface CataloguePage {
  page: string;
  /** The one without which the others of the page are of little use; null where there is none. */
  view: Permission | null;
  operations: { permission: Permission; label: string; note: string }[];
}

export interface CatalogueMenu {
  menu: string;
  pages: CataloguePage[];
}

/** The whole catalogue as an administrator ticks it: by menu, by page, viewing first. Nothing is left out. */
export function permissionCatalogue(): CatalogueMenu[] {
  const wordOf = (permission: Permission) => permission.split('.')[0] ?? '';
  const placed = new Set(menus.flatMap(([, words]) => words));
  const others = [...new Set(allPermissions.map(wordOf).filter((word) => !placed.has(word)))];
  return [...menus, [otherMenu, others] as const].flatMap(([menu, words]) => {
    const pages = words.flatMap((word) => pagesOf(allPermissions.filter((one) => wordOf(one) === word)));
    return pages.length > 0 ? [{ menu, pages }] : [];
  });
}

function pagesOf(listed: readonly Permission[]): CataloguePage[] {
  const isView = (permission: Permission) => permission.endsWith('.view');
  const byPage = Map.groupBy(listed, (permission) => permissions[permission].page);
  return [...byPage].map(([page, ones]) => ({
    page,
    view: ones.find(isView) ?? null,
    operations: ones
      .toSorted((left, right) => Number(isView(right)) - Number(isView(left)))
      .map((permission) => ({ permission, label: permissions[permission].label, note: notes[permission] ?? '' })),
  }));
}
