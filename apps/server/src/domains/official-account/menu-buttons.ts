import {
  type MenuAction,
  type OfficialMenuContent,
  officialMenuContent,
  residentFunctionKeys,
  residentFunctionUrl,
} from '@anlin/contract';
import type { LinkPlace } from './answer-text.ts';

/** A button as WeChat knows it; what it carries depends on its type. */
export interface WechatButton {
  name?: string;
  type?: string;
  key?: string;
  url?: string;
  value?: string;
  appid?: string;
  pagepath?: string;
  /** Of the menu made by the API an array; of the one made on WeChat's site the array stands in `list`. */
  sub_button?: readonly WechatButton[] | { list?: readonly WechatButton[] };
}

/** The menu as `menu/create` takes it (developers.weixin.qq.com: 自定义菜单). */
export function wechatButtons(menu: OfficialMenuContent, place: LinkPlace): WechatButton[] {
  return menu.map(({ name, action, entries }) =>
    entries.length > 0
      ? { name, sub_button: entries.map((entry) => ({ name: entry.name, ...wechatAction(entry.action, place) })) }
      : { name, ...(action ? wechatAction(action, place) : {}) },
  );
}

function wechatAction(action: MenuAction, place: LinkPlace): WechatButton {
  const urlOf = (key: Parameters<typeof residentFunctionUrl>[2]) =>
    residentFunctionUrl(place.siteUrl, place.companyId, key);
  if (action.kind === 'function') return { type: 'view', url: urlOf(action.function) };
  if (action.kind === 'url') return { type: 'view', url: action.url };
  if (action.kind === 'keyword') return { type: 'click', key: action.keyword };
  const { appId, pagePath, url } = action;
  return { type: 'miniprogram', appid: appId, pagepath: pagePath, url: url === '' ? urlOf('home') : url };
}

export interface ReadMenu {
  menu: OfficialMenuContent;
  /** Names of buttons of a type this product has no kind for. */
  leftOut: string[];
}

/** WeChat's menu as ours; null where it is none that WeChat could have. */
export function readButtons(buttons: readonly WechatButton[], place: LinkPlace): ReadMenu | null {
  const leftOut: string[] = [];
  const entryOf = (button: WechatButton) => {
    const action = readAction(button, place);
    if (!action) leftOut.push(button.name ?? '未命名');
    return action ? [{ name: button.name ?? '', action }] : [];
  };
  const menu = buttons.flatMap((button): OfficialMenuContent => {
    const children = Array.isArray(button.sub_button) ? button.sub_button : listOf(button.sub_button);
    if (children.length === 0) return entryOf(button).map((entry) => ({ ...entry, entries: [] }));
    return [{ name: button.name ?? '', action: null, entries: children.flatMap(entryOf) }];
  });
  const parsed = officialMenuContent.safeParse(menu);
  return parsed.success ? { menu: parsed.data, leftOut } : null;
}

const listOf = (sub: WechatButton['sub_button']): readonly WechatButton[] =>
  sub && 'list' in sub ? (sub.list ?? []) : [];

function readAction({ type, key, url, value, appid, pagepath }: WechatButton, place: LinkPlace): MenuAction | null {
  if (type === 'view') {
    const address = url ?? value ?? '';
    const own = residentFunctionKeys.find(
      (one) => place.siteUrl !== '' && residentFunctionUrl(place.siteUrl, place.companyId, one) === address,
    );
    return own ? { kind: 'function', function: own } : { kind: 'url', url: address };
  }
  if (type === 'click') return { kind: 'keyword', keyword: key ?? value ?? '' };
  if (type === 'miniprogram')
    return { kind: 'miniProgram', appId: appid ?? '', pagePath: pagepath ?? '', url: url ?? '' };
  return null;
}
