import type { MicroSiteContent } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

const content: MicroSiteContent = {
  banners: [],
  notice: '服务中心每天 8:30 到 20:00 开放，夜间请拨打值班电话。',
  tiles: [
    { icon: 'phone', title: '值班电话', isShown: true, target: { kind: 'phone', phone: '028-85550100' } },
    {
      icon: 'guide',
      title: '装修须知',
      isShown: true,
      target: {
        kind: 'text',
        title: '装修须知',
        body: '开工前请到服务中心登记。\n施工时间：周一至周五 8:30 到 12:00、14:00 到 18:00。',
      },
    },
    {
      icon: 'fee',
      title: '缴费说明',
      isShown: true,
      target: { kind: 'text', title: '缴费说明', body: '物业费可到服务中心缴纳，收款后当场开具收据。' },
    },
    { icon: 'repair', title: '报修电话', isShown: true, target: { kind: 'phone', phone: '028-85550120' } },
  ],
  topMenu: [
    { icon: 'phone', title: '联系我们', isShown: true, target: { kind: 'section', section: 'phones' } },
    { icon: 'guide', title: '住户登记', isShown: true, target: { kind: 'section', section: 'register' } },
  ],
  bottomMenu: [
    { icon: 'notice', title: '首页', isShown: true, target: { kind: 'section', section: 'top' } },
    { icon: 'phone', title: '值班电话', isShown: true, target: { kind: 'phone', phone: '028-85550100' } },
    { icon: 'guide', title: '住户登记', isShown: true, target: { kind: 'section', section: 'register' } },
  ],
};

/** The micro-site of one community; the others have none yet. */
export async function writeMicroSite(ctx: Context, communityId: string): Promise<void> {
  await ctx.tx.run(sql`insert into micro_site (company_id, id, community_id, content, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${JSON.stringify(content)}::jsonb, ${nowText(ctx)})`);
}
