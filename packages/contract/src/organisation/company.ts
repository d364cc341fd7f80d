import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { attachedFile } from '../resource/schema.ts';
import { id, ok } from '../wire.ts';

export const companyView = z.object({
  id,
  name: z.string(),
  contact: z.string(),
  phone: z.string(),
  address: z.string(),
  /** The logo's file, or none. */
  logo: z.array(attachedFile),
  version: z.number(),
});
export type CompanyView = z.infer<typeof companyView>;

export const getCompany = defineEndpoint({
  id: 'company.get',
  method: 'GET',
  path: '/api/company',
  access: 'company.view',
  summary: '公司信息（PLT-1）',
  tag: '公司信息',
  reply: companyView,
});

export const editCompany = defineEndpoint({
  id: 'company.edit',
  method: 'PATCH',
  path: '/api/company',
  access: 'company.edit',
  summary: '修改公司信息',
  tag: '公司信息',
  body: z.strictObject({
    version: z.int(),
    name: z.string().trim().min(1, '请填写公司名称').max(60, '公司名称最多 60 个字'),
    contact: z.string().trim().max(40, '联系人最多 40 个字'),
    phone: z.string().trim().max(20, '电话最多 20 个字'),
    address: z.string().trim().max(200, '地址最多 200 个字'),
    logoFileId: id.nullable(),
  }),
  reply: ok,
});

/** What stands at the head of everything printed: for everybody who prints. */
export const companyMark = defineEndpoint({
  id: 'company.mark',
  method: 'GET',
  path: '/api/company/mark',
  access: 'signedIn',
  summary: '单据抬头用的公司名称和标志',
  tag: '公司信息',
  reply: z.object({ name: z.string(), logoUrl: z.string().nullable() }),
});
