import type { BuiltInGroup } from '../platform/company/built-in-groups.ts';

/** Everybody of the demo signs in with this. */
export const demoPassword = 'anlin2026';

/** The demo's companies are known by their ids: nothing else in the product makes these. */
export const mainCompanyId = '01990000-0000-7000-8000-00000000000a';
export const secondCompanyId = '01990000-0000-7000-8000-00000000000b';
export const mainCompanyName = '安居物业服务有限公司';
export const secondCompanyName = '和邻物业管理有限公司';

export interface DemoPerson {
  key: string;
  companyId: string;
  name: string;
  phone: string;
  group: BuiltInGroup;
  /** Codes of communities, or all of them. */
  communities: '*' | readonly string[];
  /** For the table that is printed at start. */
  sees: string;
}

/** Where people of a post work, by path; the first of each becomes the head of the last part of it. */
export const departmentOfPost: Readonly<Record<BuiltInGroup, string>> = {
  管理员: '总经办',
  项目经理: '项目部',
  收费主管: '财务部/收费组',
  收银员: '财务部/收费组',
  财务: '财务部',
  客服: '项目部/客服中心',
  维修: '项目部/工程维修组',
  保安: '项目部/秩序维护组',
  仓管: '项目部/仓库',
};

const main = { companyId: mainCompanyId };

/** The staff of the demo. The first of each post is printed at start. */
export const demoStaff: readonly DemoPerson[] = [
  {
    ...main,
    key: 'admin',
    name: '陈国栋',
    phone: '19900000001',
    group: '管理员',
    communities: '*',
    sees: '全部小区，全部功能',
  },
  {
    ...main,
    key: 'manager',
    name: '林晓雯',
    phone: '19900000002',
    group: '项目经理',
    communities: '*',
    sees: '全部小区，查看与导出',
  },
  {
    ...main,
    key: 'charging',
    name: '赵敏',
    phone: '19900000003',
    group: '收费主管',
    communities: '*',
    sees: '全部小区，收费标准与账单',
  },
  {
    ...main,
    key: 'cashierA',
    name: '孙丽娟',
    phone: '19900000004',
    group: '收银员',
    communities: ['JLF'],
    sees: '只有锦澜府，收款',
  },
  {
    ...main,
    key: 'finance',
    name: '何静怡',
    phone: '19900000005',
    group: '财务',
    communities: '*',
    sees: '全部小区，收入与台账',
  },
  {
    ...main,
    key: 'service',
    name: '周雨桐',
    phone: '19900000006',
    group: '客服',
    communities: '*',
    sees: '全部小区，住户与房屋',
  },
  {
    ...main,
    key: 'repair',
    name: '高志强',
    phone: '19900000007',
    group: '维修',
    communities: ['JLF'],
    sees: '只有锦澜府，房屋',
  },
  {
    ...main,
    key: 'cashierB',
    name: '马佳怡',
    phone: '19900000008',
    group: '收银员',
    communities: ['JLF'],
    sees: '只有锦澜府，收款',
  },
  {
    ...main,
    key: 'cashierC',
    name: '吴春燕',
    phone: '19900000009',
    group: '收银员',
    communities: ['XSYS'],
    sees: '只有溪山云墅，收款',
  },
  {
    ...main,
    key: 'cashierD',
    name: '罗婷',
    phone: '19900000010',
    group: '收银员',
    communities: ['HJZX'],
    sees: '只有汇景中心，收款',
  },
  {
    companyId: secondCompanyId,
    key: 'secondAdmin',
    name: '沈建华',
    phone: '19900000011',
    group: '管理员',
    communities: '*',
    sees: `另一家公司（${secondCompanyName}），只见自己的桂花苑`,
  },
];

export const cashiersOf: Readonly<Record<string, readonly string[]>> = {
  JLF: ['cashierA', 'cashierB'],
  XSYS: ['cashierC'],
  HJZX: ['cashierD'],
  GHY: ['secondAdmin'],
};
