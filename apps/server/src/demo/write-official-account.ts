import type { OfficialMenuContent, OfficialReplyBody } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

const menu: OfficialMenuContent = [
  {
    name: '缴费',
    action: null,
    entries: [
      { name: '物业缴费', action: { kind: 'function', function: 'dues' } },
      { name: '缴费记录', action: { kind: 'function', function: 'receipts' } },
      { name: '预存款', action: { kind: 'function', function: 'prepaid' } },
    ],
  },
  {
    name: '我的',
    action: null,
    entries: [
      { name: '我的房屋', action: { kind: 'function', function: 'houses' } },
      { name: '我的车辆', action: { kind: 'function', function: 'vehicles' } },
      { name: '住户认证', action: { kind: 'function', function: 'register' } },
    ],
  },
  { name: '联系物业', action: { kind: 'keyword', keyword: '电话' }, entries: [] },
];

const replies: readonly Pick<OfficialReplyBody, 'moment' | 'keywords' | 'content'>[] = [
  {
    moment: 'follow',
    keywords: [],
    content: { kind: 'text', text: '您好，欢迎关注。点下面的菜单可以缴费、查看房屋和车辆。', links: [] },
  },
  {
    moment: 'keyword',
    keywords: [
      { match: 'contains', text: '电话' },
      { match: 'contains', text: '报修' },
    ],
    content: { kind: 'text', text: '值班电话 028-85550100（24 小时），报修电话 028-85550120。', links: [] },
  },
];

/** A menu that is not published yet, and two replies: the account itself is bound by whoever has one. */
export async function writeOfficialAccount(ctx: Context, name: string): Promise<void> {
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into official_account (company_id, id, name, menu, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${name}, ${JSON.stringify(menu)}, ${now})`);
  for (const { moment, keywords, content } of replies)
    await ctx.tx.run(sql`insert into official_reply (company_id, id, moment, keywords, content, created_at, updated_at)
      values (${ctx.companyId}, ${ctx.newId()}, ${moment}, ${JSON.stringify(keywords)}, ${JSON.stringify(content)}, ${now}, ${now})`);
}
