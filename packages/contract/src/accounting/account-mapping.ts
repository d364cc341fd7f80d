import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams, ok } from '../wire.ts';

const tag = '凭证';

/** Our accounts as they are mapped to the company's books; every line of a voucher is one of them. */
export const mappedAccounts = {
  money: '货币资金',
  receivable: '应收账款',
  prepaid: '预存款',
  deposit: '押金',
  prepaidTransit: '预存划转',
  income: '收费收入',
  lateFeeIncome: '违约金收入',
  otherIncome: '其他收入',
  forfeitIncome: '押金没收收入',
  discount: '优惠',
  waiver: '减免',
  prepaidBonus: '预存赠送',
  outputTax: '销项税额',
  channelFee: '渠道手续费',
  payout: '渠道结算到账',
} as const;
export type MappedAccount = keyof typeof mappedAccounts;
export const mappedAccount = z.enum(Object.keys(mappedAccounts) as [MappedAccount, ...MappedAccount[]]);

/** What an account may be told apart by. Those with neither have one mapping alone. */
export const accountsByItem: readonly MappedAccount[] = [
  'receivable',
  'prepaid',
  'deposit',
  'income',
  'lateFeeIncome',
  'otherIncome',
  'forfeitIncome',
  'discount',
  'waiver',
];
/** What a way of paying may tell apart. */
export const accountsByMethod: readonly MappedAccount[] = ['money', 'channelFee', 'payout'];
/** Accounts whose amounts can contain output tax. */
export const accountsWithTax: readonly MappedAccount[] = [
  'income',
  'lateFeeIncome',
  'otherIncome',
  'forfeitIncome',
  'discount',
  'waiver',
];

export const auxiliaries = { department: '部门', customer: '客户', project: '项目' } as const;
export type Auxiliary = keyof typeof auxiliaries;
const auxiliary = z.enum(Object.keys(auxiliaries) as [Auxiliary, ...Auxiliary[]]);

/** How finely the lines of a voucher tell an account apart. */
export const mappingDetails = { sum: '合计一行', item: '每个收费项目一行', target: '每个收费项目、每户一行' } as const;
export type MappingDetail = keyof typeof mappingDetails;
/** What is owed by, or held for, a house. */
export const accountsByTarget: readonly MappedAccount[] = ['receivable', 'prepaid', 'deposit'];

export const accountingCharts = { enterprise: '企业会计准则', small: '小企业会计准则' } as const;
export type AccountingChart = keyof typeof accountingCharts;

const taxRate = z.number().min(0).max(13);
const code = z
  .string()
  .trim()
  .max(40, '科目编码最多 40 个字符')
  .regex(/^[\w.-]*$/, '科目编码只能用数字、字母、点和横线');
const shortText = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^[^\p{Cc}]*$/u, '不能有换行等控制字符');

const mappingKey = {
  account: mappedAccount,
  /** Null: all other items, ways of paying or rates. At most one of the three is given. */
  chargeItemId: id.nullable(),
  paymentMethodId: id.nullable(),
  taxRate: taxRate.nullable(),
};
const mappingValue = {
  /** Empty: vouchers with this account cannot be made yet. */
  code,
  name: shortText(80),
  hasTax: z.boolean(),
  auxiliaries: z.array(auxiliary).max(3),
  detail: z.enum(['sum', 'item', 'target']).default('sum'),
};

export const accountMapping = z.object({ id, ...mappingKey, forName: z.string(), ...mappingValue });
export type AccountMapping = z.infer<typeof accountMapping>;

const dimensionFields = {
  departmentCode: code,
  departmentName: shortText(60),
  customerCode: code,
  customerName: shortText(60),
  projectCode: code,
  projectName: shortText(60),
  /** The text field of houses with their customer codes; null: a house goes by its own name. */
  customerFieldId: id.nullable().default(null),
};

export const listAccountMappings = defineEndpoint({
  id: 'accountMapping.list',
  method: 'GET',
  path: '/api/account-mappings',
  access: 'accountMapping.view',
  summary: '科目对应和各小区的辅助核算',
  tag,
  reply: z.object({
    rows: z.array(accountMapping),
    items: z.array(z.object({ id, name: z.string(), taxRate: z.number() })),
    methods: z.array(z.object({ id, name: z.string() })),
    /** Text fields of houses. */
    fields: z.array(z.object({ id, name: z.string() })),
    communities: z.array(z.object({ communityId: id, communityName: z.string(), ...dimensionFields })),
  }),
});

export const saveAccountMapping = defineEndpoint({
  id: 'accountMapping.save',
  method: 'PUT',
  path: '/api/account-mappings',
  access: 'accountMapping.edit',
  summary: '设置一个科目的对应；已有的改写，没有的新增',
  tag,
  body: z.object({ ...mappingKey, ...mappingValue }),
  reply: z.object({ id }),
});

export const removeAccountMapping = defineEndpoint({
  id: 'accountMapping.remove',
  method: 'DELETE',
  path: '/api/account-mappings/:id',
  access: 'accountMapping.edit',
  summary: '删除按项目、支付方式或税率细分的对应',
  tag,
  params: idParams,
  reply: ok,
});

export const fillAccountMappings = defineEndpoint({
  id: 'accountMapping.fill',
  method: 'POST',
  path: '/api/account-mappings/fill',
  access: 'accountMapping.edit',
  summary: '按会计准则重填全部科目对应',
  tag,
  body: z.object({ chart: z.enum(['enterprise', 'small']) }),
  reply: ok,
});

export const saveVoucherDimension = defineEndpoint({
  id: 'voucherDimension.save',
  method: 'PUT',
  path: '/api/voucher-dimensions',
  access: 'accountMapping.edit',
  summary: '设置一个小区在财务软件里的部门、客户和项目',
  tag,
  body: z.object({ communityId: id, ...dimensionFields }),
  reply: ok,
});
