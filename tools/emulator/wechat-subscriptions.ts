import type { Call, Post, Reply } from './provider.ts';

/** A template a mini-program has added on WeChat's site. */
export interface SubscriptionTemplate {
  priTmplId: string;
  title: string;
  content: string;
  example: string;
  /** 2: one message for each agreement; 3: for good. */
  type: 2 | 3;
}

/** What WeChat keeps of a mini-program's subscription messages. */
export interface SubscriptionDesk {
  templates: SubscriptionTemplate[];
  /** A person presses 允许 once: good for one message. */
  agree(openId: string, templateId: string): void;
  /** A person takes it all back in the settings of the mini-program. */
  withdraw(openId: string): void;
  /** How many messages may still come. */
  left(openId: string, templateId: string): number;
  /** A message uses an agreement up. */
  use(openId: string, templateId: string): void;
}

const shipped: readonly SubscriptionTemplate[] = [
  {
    priTmplId: 'MINI-paid-000000001',
    title: '缴费成功通知',
    content: '缴费金额:{{amount1.DATA}}\n收据编号:{{character_string2.DATA}}\n',
    example: '缴费金额:275.80元\n收据编号:SJ-000001\n',
    type: 2,
  },
  {
    priTmplId: 'MINI-deduct-0000002',
    title: '扣款提醒',
    content: '房屋:{{thing1.DATA}}\n扣款日期:{{date2.DATA}}\n扣款金额:{{amount3.DATA}}\n',
    example: '房屋:1幢101\n扣款日期:2026年12月5日\n扣款金额:275.80元\n',
    type: 2,
  },
  {
    priTmplId: 'MINI-applied-000003',
    title: '申请结果通知',
    content: '申请事项:{{thing1.DATA}}\n结果:{{phrase2.DATA}}\n原因:{{thing3.DATA}}\n',
    example: '申请事项:1幢101\n结果:已通过\n原因:无\n',
    type: 2,
  },
  {
    priTmplId: 'MINI-due-0000000004',
    title: '物业费催缴通知',
    content: '房屋:{{thing1.DATA}}\n待缴金额:{{amount2.DATA}}\n截止日期:{{date3.DATA}}\n',
    example: '房屋:1幢101\n待缴金额:275.80元\n截止日期:2026年12月31日\n',
    type: 2,
  },
];

interface SubscribeMessage {
  touser?: string;
  template_id?: string;
  page?: string;
  data?: Record<string, { value?: string }>;
}

/** What a value must be like, by the letters a field's name begins with. Source: 订阅消息参数值内容限制说明. */
const limits: Readonly<Record<string, (value: string) => boolean>> = {
  thing: (value) => [...value].length <= 20,
  character_string: (value) => /^[\x20-\x7e]{1,32}$/.test(value),
  number: (value) => /^\d+(\.\d+)?$/.test(value) && value.length <= 32,
  amount: (value) => /^\D?[\d.]{1,11}元?$/.test(value),
  phrase: (value) => /^[\u4e00-\u9fff]{1,5}$/.test(value),
  date: (value) => /^\d{2,4}[-/.年]\d/.test(value),
  name: (value) => [...value].length <= 10,
};

const pages: ReadonlySet<string> = new Set(['pages/index/index']);
const fail = (errcode: number, errmsg: string): Reply => ({ json: { errcode, errmsg } });

/** The mini-program's templates, and by person and template what they agreed to. */
export function makeSubscriptionDesk(): SubscriptionDesk {
  const agreements = new Map<string, number>();
  const keyOf = (openId: string, templateId: string) => `${openId} ${templateId}`;
  const left = (openId: string, templateId: string) => agreements.get(keyOf(openId, templateId)) ?? 0;
  return {
    templates: [...shipped],
    agree: (openId, templateId) => void agreements.set(keyOf(openId, templateId), left(openId, templateId) + 1),
    withdraw(openId) {
      for (const key of agreements.keys()) if (key.startsWith(`${openId} `)) agreements.delete(key);
    },
    left,
    use: (openId, templateId) => void agreements.set(keyOf(openId, templateId), left(openId, templateId) - 1),
  };
}

/** `sendMessage`: checks in WeChat's order, and uses an agreement up for each message that arrives. */
export function sendSubscription(call: Call, post: Post, desk: SubscriptionDesk): Reply {
  const body = JSON.parse(call.text) as SubscribeMessage;
  const { touser: openId = '', template_id: templateId = '', data = {} } = body;
  if (!openId.startsWith('o')) return fail(40003, 'invalid openid');
  const template = desk.templates.find((one) => one.priTmplId === templateId);
  if (!template) return fail(40037, 'invalid template_id');
  if (!pages.has((body.page ?? '').split('?')[0] ?? '')) return fail(41030, 'invalid page');
  const fields = [...template.content.matchAll(/\{\{(\w+)\.DATA\}\}/g)].map(([, field = '']) => field);
  for (const field of fields) {
    const value = data[field]?.value ?? '';
    if (value === '') return fail(47003, `argument invalid! data.${field}.value is empty`);
    if (limits[field.replace(/\d+$/, '')]?.(value) === false)
      return fail(47003, `argument invalid! data.${field}.value invalid`);
  }
  if (desk.left(openId, templateId) === 0) return fail(43101, 'user refuse to accept the msg');
  if (template.type === 2) desk.use(openId, templateId);
  const text = fields.map((field) => data[field]?.value).join('；');
  const id = post.deliver({ provider: 'miniProgram', to: openId, text, reference: '', raw: body });
  return { json: { errcode: 0, errmsg: 'ok', msgid: Number(id) } };
}
