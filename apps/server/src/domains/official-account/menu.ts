import {
  type EndpointReply,
  type getOfficialMenu,
  menuProblems,
  type OfficialMenuContent,
  officialAccountFail,
  platformFail,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Session } from '../../platform/http/route.ts';
import type { WechatReply } from '../../platform/messages/channels/access-token.ts';
import type { Services } from '../../platform/services.ts';
import { type AccountRow, lockAccount, readAccountRow } from './account-row.ts';
import { answerMs, askWechat, callWechat, readWechat } from './ask-wechat.ts';
import { readButtons, type WechatButton, wechatButtons } from './menu-buttons.ts';

const label = '公众号菜单';
const shownHistory = 50;

export async function readMenu(ctx: Context): Promise<EndpointReply<typeof getOfficialMenu>> {
  const row = await readAccountRow(ctx);
  const history = await ctx.tx.rows<EndpointReply<typeof getOfficialMenu>['history'][number]>(sql`
    select id, kind, menu, at, staff_name as "staffName" from official_menu
    where company_id = ${ctx.companyId} order by at desc, id desc limit ${shownHistory}`);
  return { draft: row?.menu ?? [], version: row?.menu_version ?? 0, history };
}

/** Half done is kept too. Error: resource.changed (409). */
export async function saveMenu(ctx: Context, menu: OfficialMenuContent, version: number): Promise<void> {
  await lockAccount(ctx);
  await requireVersion(ctx, version);
  await writeDraft(ctx, menu);
  await audit(ctx, 'save', menu);
}

/**
 * Publishes the saved draft, no transaction being open while WeChat takes its time; an empty one takes the menu down.
 * Errors: resource.changed (409), officialMenu.invalid (422), officialAccount.noChannel, officialAccount.noSite (409),
 * officialAccount.refusedByWechat (422), officialAccount.silent (503).
 */
export async function publishMenu(services: Services, session: Session, version: number): Promise<void> {
  const { setup, row, companyId } = await session.run(async (ctx) => ({
    setup: await readWechat(ctx),
    row: await requireVersion(ctx, version),
    companyId: ctx.companyId,
  }));
  const menu = row?.menu ?? [];
  const problems = menuProblems(menu);
  if (problems[0])
    throw officialAccountFail('officialMenu.invalid', { count: problems.length, first: problems[0].message });
  const siteUrl = row?.site_url ?? '';
  if (siteUrl === '' && needsSite(menu)) throw officialAccountFail('officialAccount.noSite');
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: answerMs };
  if (menu.length === 0) await askWechat(setup, outside, '/cgi-bin/menu/delete');
  else
    await askWechat(setup, outside, '/cgi-bin/menu/create', {
      button: wechatButtons(menu, { siteUrl, companyId }),
    });
  await session.run(async (ctx) => {
    await writeHistory(ctx, 'publish', menu);
    await audit(ctx, 'publish', menu);
  });
}

const needsSite = (menu: OfficialMenuContent) =>
  menu
    .flatMap(({ action, entries }) => (entries.length > 0 ? entries.map((entry) => entry.action) : [action]))
    .some((action) => action?.kind === 'function' || (action?.kind === 'miniProgram' && action.url === ''));

interface MenuReply extends WechatReply {
  menu?: { button?: readonly WechatButton[] };
}
interface SelfMenuReply extends WechatReply {
  selfmenu_info?: { button?: readonly WechatButton[] };
}

/**
 * Replaces the draft by what WeChat has now: the menu made by the interface, else the one made on WeChat's own site.
 * Errors: officialMenu.odd (422), and as above.
 */
export async function syncMenu(
  services: Services,
  session: Session,
  version: number,
): Promise<{ buttons: number; leftOut: string[] }> {
  const { setup, place } = await session.run(async (ctx) => ({
    setup: await readWechat(ctx),
    place: { siteUrl: (await requireVersion(ctx, version))?.site_url ?? '', companyId: ctx.companyId },
  }));
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: answerMs };
  const made = await callWechat<MenuReply>(setup, outside, '/cgi-bin/menu/get').catch((): WechatReply => ({}));
  const buttons =
    'menu' in made && made.menu?.button
      ? made.menu.button
      : (await askWechat<SelfMenuReply>(setup, outside, '/cgi-bin/get_current_selfmenu_info')).selfmenu_info?.button;
  const read = readButtons(buttons ?? [], place);
  if (!read) throw officialAccountFail('officialMenu.odd');
  await session.run(async (ctx) => {
    await lockAccount(ctx);
    await requireVersion(ctx, version);
    await writeDraft(ctx, read.menu);
    await writeHistory(ctx, 'sync', read.menu);
    await audit(ctx, 'sync', read.menu);
  });
  return { buttons: read.menu.length, leftOut: read.leftOut };
}

async function requireVersion(ctx: Context, version: number): Promise<AccountRow | undefined> {
  const row = await readAccountRow(ctx);
  if ((row?.menu_version ?? 0) !== version) throw platformFail('resource.changed', { label });
  return row;
}

async function writeDraft(ctx: Context, menu: OfficialMenuContent): Promise<void> {
  await ctx.tx.run(sql`insert into official_account (company_id, id, menu, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${JSON.stringify(menu)}, ${nowText(ctx)})
    on conflict (company_id) do update set menu = excluded.menu, menu_version = official_account.menu_version + 1`);
}

async function writeHistory(ctx: Context, kind: 'publish' | 'sync', menu: OfficialMenuContent): Promise<void> {
  await ctx.tx.run(sql`insert into official_menu (company_id, id, kind, menu, at, staff_name)
    values (${ctx.companyId}, ${ctx.newId()}, ${kind}, ${JSON.stringify(menu)}, ${nowText(ctx)}, ${ctx.actor.name})`);
}

function audit(ctx: Context, verb: string, menu: OfficialMenuContent): Promise<void> {
  return recordAudit(ctx, {
    action: `officialMenu.${verb}`,
    targetKind: 'officialMenu',
    targetId: null,
    targetLabel: menu.map((button) => button.name).join('、'),
    after: { buttons: menu.length, entries: menu.reduce((sum, one) => sum + one.entries.length, 0) },
  });
}
