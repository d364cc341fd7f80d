import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, instant, ok } from '../wire.ts';
import { residentFunctionKeys } from './functions.ts';

/** What a button of the menu does when it is touched (CLI-3). */
export const menuActionLabels = {
  function: '打开住户端功能',
  url: '打开网址',
  miniProgram: '打开小程序',
  keyword: '回复关键词',
} as const;
export type MenuActionKind = keyof typeof menuActionLabels;

const url = z.string().trim().max(1024);
/** Kept loosely, so that a draft can be saved half done; `menuProblems` says what WeChat would refuse. */
export const menuAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('function'), function: z.enum(residentFunctionKeys, '没有这个功能') }),
  z.strictObject({ kind: z.literal('url'), url }),
  z.strictObject({
    kind: z.literal('miniProgram'),
    appId: z.string().trim().max(40),
    pagePath: z.string().trim().max(300),
    /** Opened by old versions of WeChat; empty: the first page of the resident client. */
    url,
  }),
  z.strictObject({ kind: z.literal('keyword'), keyword: z.string().trim().max(30) }),
]);
export type MenuAction = z.infer<typeof menuAction>;

const menuName = z.string().trim().max(40, '名称太长');
const menuEntry = z.strictObject({ name: menuName, action: menuAction });
export type MenuEntry = z.infer<typeof menuEntry>;

export const mostButtons = 3;
export const mostEntries = 5;

/** A button along the lower edge: with entries it only opens them, without it acts itself. */
export const menuButton = z.strictObject({
  name: menuName,
  action: menuAction.nullable(),
  entries: z.array(menuEntry).max(mostEntries, `每个菜单最多 ${mostEntries} 个子菜单`),
});
export type MenuButton = z.infer<typeof menuButton>;

export const officialMenuContent = z.array(menuButton).max(mostButtons, `最多 ${mostButtons} 个一级菜单`);
export type OfficialMenuContent = z.infer<typeof officialMenuContent>;

export interface MenuProblem {
  /** Place among the buttons, and among the entries of the button; null: the button itself. */
  button: number;
  entry: number | null;
  message: string;
}

/** Letters and digits count half a Chinese character, as WeChat shows them. */
const widthOf = (text: string) => [...text].reduce((sum, one) => sum + ((one.codePointAt(0) ?? 0) < 256 ? 1 : 2), 0);
const bytesOf = (text: string) => new TextEncoder().encode(text).length;
const isHttps = (text: string) => /^https:\/\/[^\s"'<>\\/?#]+([/?#][^\s"'<>\\]*)?$/.test(text);

/** What WeChat would refuse or cut off, in Chinese; none: it can be published. */
export function menuProblems(menu: OfficialMenuContent): MenuProblem[] {
  return menu.flatMap((button, place) => [
    ...nameProblems(button.name, 4, 16).map((message) => ({ button: place, entry: null, message })),
    ...(button.entries.length === 0
      ? actionProblems(button.action).map((message) => ({ button: place, entry: null, message }))
      : []),
    ...button.entries.flatMap((entry, index) =>
      [...nameProblems(entry.name, 8, 60), ...actionProblems(entry.action)].map((message) => ({
        button: place,
        entry: index,
        message,
      })),
    ),
  ]);
}

function nameProblems(name: string, characters: number, bytes: number): string[] {
  if (name === '') return ['请填写名称'];
  if (widthOf(name) > characters * 2 || bytesOf(name) > bytes)
    return [`“${name}”太长：最多 ${characters} 个汉字（字母、数字算半个）`];
  return [];
}

function actionProblems(action: MenuAction | null): string[] {
  if (action === null) return ['请选择点击后做什么，或添加子菜单'];
  if (action.kind === 'url') {
    if (!isHttps(action.url)) return ['网址应以 https:// 开头，不含空格'];
    return bytesOf(action.url) > 1024 ? ['网址太长：最多 1024 字节'] : [];
  }
  if (action.kind === 'keyword') {
    if (action.keyword === '') return ['请填写点击后回复的关键词'];
    return bytesOf(action.keyword) > 128 ? ['关键词太长：最多 128 字节'] : [];
  }
  if (action.kind !== 'miniProgram') return [];
  return [
    ...(/^wx[0-9a-z]{6,30}$/.test(action.appId) ? [] : ['小程序 AppID 应以 wx 开头，在小程序后台“开发管理”中']),
    ...(/^[\w-]+(\/[\w-]+)*(\?\S*)?$/.test(action.pagePath) ? [] : ['小程序页面应为 pages/index/index 的样子']),
    ...(action.url === '' || isHttps(action.url) ? [] : ['备用网页应以 https:// 开头']),
  ];
}

const publication = z.object({
  id,
  /** 发布, or 从微信读回 */
  kind: z.enum(['publish', 'sync']),
  menu: officialMenuContent,
  at: instant,
  staffName: z.string(),
});

const tag = '公众号';
const version = z.number().int().min(0).max(2_000_000_000);

export const getOfficialMenu = defineEndpoint({
  id: 'officialMenu.get',
  method: 'GET',
  path: '/api/official-account/menu',
  access: 'officialAccount.view',
  summary: '公众号菜单的草稿和发布记录',
  tag,
  reply: z.object({
    draft: officialMenuContent,
    version: z.number(),
    /** The last fifty, newest first. */
    history: z.array(publication),
  }),
});

export const saveOfficialMenu = defineEndpoint({
  id: 'officialMenu.save',
  method: 'PUT',
  path: '/api/official-account/menu',
  access: 'officialAccount.publish',
  summary: '保存公众号菜单的草稿，不影响微信上的菜单',
  tag,
  body: z.strictObject({ menu: officialMenuContent, version }),
  reply: ok,
});

export const publishOfficialMenu = defineEndpoint({
  id: 'officialMenu.publish',
  method: 'POST',
  path: '/api/official-account/menu/publish',
  access: 'officialAccount.publish',
  summary: '把草稿发布到微信；空的草稿撤下微信上的菜单',
  tag,
  body: z.strictObject({ version }),
  reply: ok,
});

export const syncOfficialMenu = defineEndpoint({
  id: 'officialMenu.sync',
  method: 'POST',
  path: '/api/official-account/menu/sync',
  access: 'officialAccount.publish',
  summary: '用微信上的菜单替换草稿',
  tag,
  body: z.strictObject({ version }),
  reply: z.object({
    buttons: z.number(),
    /** Names of what this product has no kind for and left out. */
    leftOut: z.array(z.string()),
  }),
});
