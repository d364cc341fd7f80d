import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { applicationStates } from '../estate/resident-resources.ts';
import { occupancyRole } from '../estate/residents.ts';
import { day, id, instant, ok } from '../wire.ts';
import { type PaymentOrder, paymentOrders } from './payment-order.ts';

const tag = '住户端';
const base = '/api/resident';

/** The end of a company's id: random, short enough for an address on a poster, and nothing to keep. */
export const companyCode = (companyId: string): string => companyId.slice(-8);

/** Where the residents of a company sign in. */
export const residentClientPath = (companyId: string): string => `/m/${companyCode(companyId)}/`;

export const residentClientCompany = defineEndpoint({
  id: 'household.company',
  method: 'GET',
  path: `${base}/company`,
  access: 'public',
  summary: '住户端：按地址里的公司代码找到物业公司；只有一家公司时可不填',
  tag,
  query: z.object({
    code: z
      .string()
      .regex(/^[0-9a-f]{8}$/, '公司代码不对')
      .optional(),
  }),
  reply: z.object({ id, code: z.string(), name: z.string(), isDemo: z.boolean() }),
});

const phone = z
  .string()
  .trim()
  .regex(/^1[3-9]\d{9}$/, '请输入 11 位手机号');

export const requestResidentCode = defineEndpoint({
  id: 'household.requestCode',
  method: 'POST',
  path: `${base}/session/code`,
  access: 'public',
  summary: '住户登录：获取短信验证码',
  tag,
  body: z.strictObject({ companyId: id, phone }),
  reply: z.object({ validMinutes: z.number(), nextAfterSeconds: z.number() }),
});

/** A house somebody lives in or owns now. */
export const ownHouse = z.object({
  id,
  /** `1栋1单元101` */
  name: z.string(),
  communityId: id,
  area: z.string().nullable(),
  role: occupancyRole,
  roleLabel: z.string(),
  /** Whether bills, people and vehicles of the house are theirs to see: owner, family, tenant. */
  isHouseholder: z.boolean(),
  isOwner: z.boolean(),
  movedInOn: day,
  validUntil: day.nullable(),
});
export type OwnHouse = z.infer<typeof ownHouse>;

type ApplicationState = keyof typeof applicationStates;
export const ownApplication = z.object({
  id,
  communityId: id,
  communityName: z.string(),
  state: z.enum(Object.keys(applicationStates) as [ApplicationState, ...ApplicationState[]]),
  stateLabel: z.string(),
  name: z.string(),
  houseId: id.nullable(),
  houseLabel: z.string(),
  role: occupancyRole.nullable(),
  note: z.string(),
  refuseReason: z.string(),
  submittedAt: instant,
  photoCount: z.number(),
});
export type OwnApplication = z.infer<typeof ownApplication>;

const order = z.enum(Object.keys(paymentOrders) as [PaymentOrder, ...PaymentOrder[]]);

export const residentView = z.object({
  company: z.object({ id, code: z.string(), name: z.string() }),
  /** Masked. */
  phone: z.string(),
  /** Null while the company knows nobody with this phone. */
  resident: z.object({ id, name: z.string() }).nullable(),
  communities: z.array(z.object({ id, name: z.string(), servicePhone: z.string(), today: day, paymentOrder: order })),
  houses: z.array(ownHouse),
  /** Messages that came since one last looked. */
  newMessages: z.number(),
  /** What was handed in with this phone and led to no house yet, newest first. */
  applications: z.array(ownApplication),
});
export type ResidentView = z.infer<typeof residentView>;

export const signInResident = defineEndpoint({
  id: 'household.signIn',
  method: 'POST',
  path: `${base}/session`,
  access: 'public',
  summary: '住户登录：手机号和短信验证码',
  tag,
  body: z.strictObject({
    companyId: id,
    phone,
    code: z
      .string()
      .trim()
      .regex(/^\d{6}$/, '验证码是 6 位数字'),
  }),
  reply: residentView,
});

export const currentResident = defineEndpoint({
  id: 'household.current',
  method: 'GET',
  path: `${base}/session`,
  access: 'verifiedPhone',
  summary: '当前登录的住户、房屋和申请',
  tag,
  reply: residentView,
});

export const signOutResident = defineEndpoint({
  id: 'household.signOut',
  method: 'DELETE',
  path: `${base}/session`,
  access: 'verifiedPhone',
  summary: '住户退出登录',
  tag,
  reply: ok,
});
