import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, id, idParams, instant, ok } from '../wire.ts';

const text = (label: string, most: number) => z.string().trim().max(most, `${label}最多 ${most} 个字`).default('');
const required = (label: string, most: number) =>
  z.string().trim().min(1, `请填写${label}`).max(most, `${label}最多 ${most} 个字`);

/** Adapters there are. */
export const invoiceProviders = { gateway: '标准开票接口' } as const;

export const invoiceSellerBody = z.strictObject({
  name: required('销售方名称', 100),
  taxNumber: required('统一社会信用代码', 18),
  address: text('地址', 100),
  phone: text('电话', 30),
  bankName: text('开户行', 60),
  bankAccount: text('银行账号', 40),
  issuerName: required('开票人', 30),
  provider: z.enum(Object.keys(invoiceProviders) as [keyof typeof invoiceProviders]),
  host: z
    .string()
    .trim()
    .toLowerCase()
    .regex(
      /^(?=.{4,100}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
      '服务商域名应为 invoice.example.com 的样子，不带 https:// 和路径',
    ),
  appKey: required('应用标识', 100),
  /** Sealed; left empty it stays as it is. */
  secret: z.string().trim().max(200, '密钥最多 200 个字').default(''),
  isOn: z.boolean(),
});
export type InvoiceSellerBody = z.output<typeof invoiceSellerBody>;

const sellerView = invoiceSellerBody.omit({ secret: true }).extend({
  id,
  /** Null: of the whole company, where a community has none of its own. */
  communityId: id.nullable(),
  communityName: z.string(),
  /** Where the provider is told to report results, below the address of this installation. */
  callbackPath: z.string(),
  version: z.int(),
  updatedAt: instant,
});
export type InvoiceSellerView = z.output<typeof sellerView>;

export const listInvoiceSellers = defineEndpoint({
  id: 'invoiceSeller.list',
  method: 'GET',
  path: '/api/invoice-sellers',
  access: 'invoiceSeller.view',
  summary: '开票设置：销售方和服务商，密钥不显示',
  tag: '开票设置',
  reply: z.object({ rows: z.array(sellerView) }),
});

export const createInvoiceSeller = defineEndpoint({
  id: 'invoiceSeller.create',
  method: 'POST',
  path: '/api/invoice-sellers',
  access: 'invoiceSeller.edit',
  summary: '新增开票设置：全公司一项，小区可另设',
  tag: '开票设置',
  body: invoiceSellerBody.extend({ communityId: id.nullable() }),
  reply: created,
});

export const updateInvoiceSeller = defineEndpoint({
  id: 'invoiceSeller.update',
  method: 'PUT',
  path: '/api/invoice-sellers/:id',
  access: 'invoiceSeller.edit',
  summary: '修改开票设置',
  tag: '开票设置',
  params: idParams,
  body: invoiceSellerBody.extend({ version: z.int() }),
  reply: ok,
});

export const deleteInvoiceSeller = defineEndpoint({
  id: 'invoiceSeller.delete',
  method: 'DELETE',
  path: '/api/invoice-sellers/:id',
  access: 'invoiceSeller.edit',
  summary: '删除没有用过的开票设置',
  tag: '开票设置',
  params: idParams,
  reply: ok,
});
