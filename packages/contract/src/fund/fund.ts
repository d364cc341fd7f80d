import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { orPending } from '../platform/approvals.ts';
import { created, day, id, idParams, instant, money, moneyInput } from '../wire.ts';

const tag = '维修资金';
const required = (label: string, most: number) =>
  z.string().trim().min(1, `请填写${label}`).max(most, `${label}最多 ${most} 个字`);
const note = z.string().trim().max(200, '说明最多 200 个字').default('');
/** Made by the client once per attempt; the same key moves money once. */
const idempotencyKey = z.string().regex(/^[\w-]{8,80}$/, '提交编号格式不对');
const rate = z
  .string()
  .trim()
  .regex(/^\d{1,6}(\.\d{1,4})?$/, '应为不小于 0 的数字，最多四位小数');
const area = z
  .string()
  .trim()
  .regex(/^\d{1,9}(\.\d{1,2})?$/, '面积应为不小于 0 的数字，最多两位小数');

const documentWritten = z.object({ id, total: money, accountCount: z.int() });

export const depositFund = defineEndpoint({
  id: 'fund.deposit',
  method: 'POST',
  path: '/api/fund-documents/deposit',
  access: 'maintenanceFund.edit',
  summary: '归集：按建筑面积 × 单价记入各户账户',
  tag,
  body: z.strictObject({
    communityId: id,
    /** Left out: the whole community. */
    buildingIds: z.array(id).max(500).default([]),
    /** Only these houses, for one who pays in again. */
    houseIds: z.array(id).max(2000).default([]),
    /** Yuan per square metre. */
    rate,
    bookedOn: day,
    note,
    idempotencyKey,
  }),
  reply: documentWritten,
});

export const addFundInterest = defineEndpoint({
  id: 'fund.interest',
  method: 'POST',
  path: '/api/fund-documents/interest',
  access: 'maintenanceFund.edit',
  summary: '按年结息：余额合计 × 年利率，按余额分到各户，分毫不差',
  tag,
  body: z.strictObject({
    communityId: id,
    year: z.int().min(1998, '年份不对').max(2200, '年份不对'),
    /** Percent a year. */
    rate,
    bookedOn: day,
    note,
    idempotencyKey,
  }),
  reply: documentWritten,
});

export const reverseFundDocument = defineEndpoint({
  id: 'fund.reverse',
  method: 'POST',
  path: '/api/fund-documents/:id/reverse',
  access: 'maintenanceFund.reverse',
  summary: '冲回一次归集、结息或拨付',
  tag,
  params: idParams,
  body: z.strictObject({ reason: required('冲回原因', 200), idempotencyKey }),
  reply: documentWritten,
});

export const fundProjectBody = z.strictObject({
  name: required('方案名称', 100),
  reason: required('事由', 500),
  contractor: required('施工单位', 100),
  budget: moneyInput,
  /** Whose houses share it; left out: the whole community. */
  buildingIds: z.array(id).max(500).default([]),
  fileIds: z.array(id).max(20, '最多 20 个附件').default([]),
});
export type FundProjectBody = z.output<typeof fundProjectBody>;

export const planFundProject = defineEndpoint({
  id: 'fundProject.plan',
  method: 'POST',
  path: '/api/fund-projects/plan',
  access: 'maintenanceFund.draw',
  summary: '登记使用方案：事由、施工单位、金额、分摊范围、附件',
  tag,
  body: fundProjectBody.extend({ communityId: id }),
  reply: created,
});

export const voteOnFundProject = defineEndpoint({
  id: 'fundProject.vote',
  method: 'POST',
  path: '/api/fund-projects/:id/vote',
  access: 'maintenanceFund.draw',
  summary: '登记表决结果：参与和同意的人数、面积（民法典第 278 条）',
  tag,
  params: idParams,
  body: z.strictObject({
    votedOn: day,
    partHeads: z.int().min(0),
    partArea: area,
    agreedHeads: z.int().min(0),
    agreedArea: area,
  }),
  reply: z.object({ isPassed: z.boolean() }),
});

/** What a project asks of each house, and whether it has as much. */
export const previewFundDraw = defineEndpoint({
  id: 'fundProject.preview',
  method: 'GET',
  path: '/api/fund-projects/:id/share',
  access: 'maintenanceFund.view',
  summary: '分摊预览：各户应摊和余额',
  tag,
  params: idParams,
  reply: z.object({
    total: money,
    /** Houses that share. */
    houseCount: z.int(),
    /** Owners who may vote on it: of several houses once. */
    heads: z.int(),
    area: z.string(),
    shortCount: z.int(),
    files: z.array(z.object({ id, name: z.string() })),
    houses: z.array(
      z.object({
        houseId: id,
        houseLabel: z.string(),
        area: z.string(),
        amount: money,
        balance: money,
        isShort: z.boolean(),
      }),
    ),
  }),
});

export const payFundProject = defineEndpoint({
  id: 'fundProject.pay',
  method: 'POST',
  path: '/api/fund-projects/:id/pay',
  access: 'maintenanceFund.draw',
  summary: '拨付：按面积分摊到各户账户。设了审批流程时改为提交申请',
  tag,
  params: idParams,
  body: z.strictObject({ bookedOn: day, reason: z.string().trim().max(200).default(''), idempotencyKey }),
  reply: orPending(documentWritten),
});

/** A publication without anything about a person or a house. */
export const fundPublicationContent = z.object({
  communityName: z.string(),
  companyName: z.string(),
  asOf: day,
  accountCount: z.int(),
  balance: money,
  years: z.array(z.object({ year: z.int(), deposited: money, interest: money, drawn: money })),
  projects: z.array(
    z.object({
      name: z.string(),
      reason: z.string(),
      contractor: z.string(),
      total: money,
      state: z.string(),
      vote: z.string(),
      paidOn: day.nullable(),
    }),
  ),
});
export type FundPublicationContent = z.output<typeof fundPublicationContent>;

export const publishFund = defineEndpoint({
  id: 'fund.publish',
  method: 'POST',
  path: '/api/fund-publications',
  access: 'maintenanceFund.edit',
  summary: '公示：生成不含个人信息的公示页',
  tag,
  body: z.strictObject({ communityId: id }),
  reply: z.object({ path: z.string() }),
});

export const listFundPublications = defineEndpoint({
  id: 'fund.publications',
  method: 'GET',
  path: '/api/fund-publications',
  access: 'maintenanceFund.view',
  summary: '已公示的小区',
  tag,
  reply: z.object({
    rows: z.array(z.object({ communityId: id, communityName: z.string(), publishedAt: instant, path: z.string() })),
  }),
});

/** Whoever has the address may read it: nothing in it is personal. */
export const fundPage = defineEndpoint({
  id: 'fund.page',
  method: 'GET',
  path: '/f/:company/:community',
  access: 'public',
  summary: '维修资金公示页',
  tag,
  transport: 'download',
  params: z.object({ company: id, community: id }),
  reply: z.unknown(),
});
