import type { Call, Reply } from './provider.ts';

interface Button {
  type?: string;
  name?: string;
  key?: string;
  url?: string;
  appid?: string;
  pagepath?: string;
  sub_button?: Button[];
}

/** A template the account has added on WeChat's site. */
export interface AccountTemplate {
  template_id: string;
  title: string;
  primary_industry: string;
  deputy_industry: string;
  content: string;
  example: string;
}

/** What WeChat keeps of one 公众号. */
export interface AccountState {
  /** The menu made by the interface; null: none. */
  menu: { button: Button[] } | null;
  /** The menu somebody made on WeChat's own site, as its interface tells it. */
  siteMenu: object[];
  templates: AccountTemplate[];
  /** Openid, and since when in seconds. */
  followers: Map<string, number>;
}

export interface OfficialAccountDesk {
  of(appId: string): AccountState;
}

const shippedTemplates: readonly AccountTemplate[] = [
  {
    template_id: 'TPL-bill-due-0001',
    title: '物业缴费通知',
    primary_industry: '房地产',
    deputy_industry: '物业管理',
    content: '房屋地址:{{thing1.DATA}}\n缴费金额:{{amount2.DATA}}\n缴费期限:{{time3.DATA}}\n',
    example: '房屋地址:1幢101\n缴费金额:275.80\n缴费期限:2026-12-31\n',
  },
  {
    template_id: 'TPL-bill-paid-0002',
    title: '缴费成功通知',
    primary_industry: '房地产',
    deputy_industry: '物业管理',
    content: '缴费金额:{{amount1.DATA}}\n收据编号:{{character_string2.DATA}}\n',
    example: '缴费金额:275.80\n收据编号:SJ-000001\n',
  },
];

export function makeOfficialAccountDesk(): OfficialAccountDesk {
  const states = new Map<string, AccountState>();
  return {
    of(appId) {
      const kept = states.get(appId);
      if (kept) return kept;
      const state: AccountState = { menu: null, siteMenu: [], templates: [...shippedTemplates], followers: new Map() };
      states.set(appId, state);
      return state;
    },
  };
}

const fail = (errcode: number, errmsg: string): Reply => ({ json: { errcode, errmsg } });
const done: Reply = { json: { errcode: 0, errmsg: 'ok' } };
const bytesOf = (text = '') => Buffer.byteLength(text);

/** Menu, templates and followers of an account; undefined for what is none of these. */
export function answerOfficialAccount(call: Call, state: AccountState): Reply | undefined {
  if (call.path === '/cgi-bin/menu/create') return createMenu(call, state);
  if (call.path === '/cgi-bin/menu/delete') {
    state.menu = null;
    return done;
  }
  if (call.path === '/cgi-bin/menu/get')
    return state.menu ? { json: { menu: state.menu } } : fail(46003, 'menu no exist');
  if (call.path === '/cgi-bin/get_current_selfmenu_info') {
    const button = state.menu ? state.menu.button.map(asOnSite) : state.siteMenu;
    return { json: { is_menu_open: button.length > 0 ? 1 : 0, selfmenu_info: { button } } };
  }
  if (call.path === '/cgi-bin/template/get_all_private_template') return { json: { template_list: state.templates } };
  if (call.path === '/cgi-bin/user/get') return listFollowers(call, state);
  if (call.path === '/cgi-bin/user/info/batchget') return tellFollowers(call, state);
  return undefined;
}

const asOnSite = ({ sub_button: sub, ...button }: Button): object =>
  sub && sub.length > 0 ? { ...button, sub_button: { list: sub } } : button;

function createMenu(call: Call, state: AccountState): Reply {
  const { button } = JSON.parse(call.text) as { button?: Button[] };
  if (!button || button.length < 1 || button.length > 3) return fail(40016, 'invalid button size');
  for (const one of button) {
    if (bytesOf(one.name) < 1 || bytesOf(one.name) > 16) return fail(40018, 'invalid button name size');
    const children = one.sub_button ?? [];
    if (children.length > 5) return fail(40023, 'invalid sub button size');
    for (const child of children) {
      if (bytesOf(child.name) < 1 || bytesOf(child.name) > 60) return fail(40025, 'invalid sub button name size');
      const wrong = refusalOf(child);
      if (wrong) return wrong;
    }
    const wrong = children.length === 0 ? refusalOf(one) : undefined;
    if (wrong) return wrong;
  }
  state.menu = { button: button.map((one) => ({ ...one, sub_button: one.sub_button ?? [] })) };
  return done;
}

function refusalOf({ type, key, url, appid, pagepath }: Button): Reply | undefined {
  if (type === 'click')
    return bytesOf(key) < 1 || bytesOf(key) > 128 ? fail(40019, 'invalid button key size') : undefined;
  if (type !== 'view' && type !== 'miniprogram') return fail(40017, 'invalid button type');
  if (bytesOf(url) < 1 || bytesOf(url) > 1024) return fail(40020, 'invalid button url size');
  if (!/^https?:\/\/./.test(url ?? '')) return fail(40055, 'invalid button url domain');
  return type === 'miniprogram' && (!appid || !pagepath) ? fail(40013, 'invalid appid') : undefined;
}

/** Few to a page, so that whoever reads them must turn it. */
const pageSize = 3;

function listFollowers(call: Call, { followers }: AccountState): Reply {
  const all = [...followers.keys()].sort();
  const next = call.query.get('next_openid') ?? '';
  const openid = all.slice(next === '' ? 0 : all.indexOf(next) + 1).slice(0, pageSize);
  const end = { total: all.length, count: openid.length, next_openid: openid.at(-1) ?? '' };
  return { json: openid.length > 0 ? { ...end, data: { openid } } : end };
}

function tellFollowers(call: Call, { followers }: AccountState): Reply {
  const { user_list: list = [] } = JSON.parse(call.text) as { user_list?: { openid: string }[] };
  if (list.length > 100) return fail(40032, 'invalid openid list size');
  const told = list.map(({ openid }) => {
    const since = followers.get(openid);
    return since === undefined ? { subscribe: 0, openid } : { subscribe: 1, openid, subscribe_time: since };
  });
  return { json: { user_info_list: told } };
}
