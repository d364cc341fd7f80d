import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { attachedFile } from '../resource/schema.ts';
import { id, ok } from '../wire.ts';

/** Pictures of tiles: a label for whoever chooses, and the path of a 24×24 SVG drawn in strokes. */
export const microSiteIcons = {
  phone: {
    label: '电话',
    path: 'M6 3h4l1.5 5-2.5 1.5a11 11 0 0 0 5.5 5.5L16 12.5l5 1.5v4a2 2 0 0 1-2 2A15 15 0 0 1 4 5a2 2 0 0 1 2-2z',
  },
  repair: { label: '报修', path: 'M4 20l8-8M10 7a5 5 0 0 1 7-4l-3 3 1 3 3 1 3-3a5 5 0 0 1-7 6' },
  fee: { label: '缴费', path: 'M3 6h18v12H3zM8 9l4 4 4-4M12 13v4M9 14h6' },
  notice: { label: '公告', path: 'M4 10v4h3l8 4V6l-8 4zM18 9a4 4 0 0 1 0 6' },
  guide: { label: '指南', path: 'M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM9 9h6M9 13h6' },
  parking: { label: '停车', path: 'M5 3h14v18H5zM10 17V8h3a2.5 2.5 0 0 1 0 5h-3' },
  safety: { label: '安全', path: 'M12 3l7 3v6c0 4-3 7-7 9-4-2-7-5-7-9V6zM9 12l2 2 4-4' },
  link: { label: '网址', path: 'M10 14l4-4M8 11l-3 3a3.5 3.5 0 0 0 5 5l3-3M16 13l3-3a3.5 3.5 0 0 0-5-5l-3 3' },
} as const;

export type MicroSiteIcon = keyof typeof microSiteIcons;

/** Parts of the public page that a tile or a menu can lead to, with the id of each. */
export const microSiteSections = { top: '页首', phones: '联系我们', register: '住户登记' } as const;
export type MicroSiteSection = keyof typeof microSiteSections;

const target = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('section'),
    section: z.enum(Object.keys(microSiteSections) as [MicroSiteSection, ...MicroSiteSection[]], '请选择位置'),
  }),
  z.strictObject({
    kind: z.literal('phone'),
    phone: z
      .string()
      .trim()
      .regex(/^\d[\d-]{4,19}$/, '请填写电话号码，如 0755-12345678'),
  }),
  z.strictObject({
    kind: z.literal('link'),
    url: z
      .string()
      .trim()
      .max(500, '网址最多 500 个字')
      .regex(/^https:\/\/[^\s"'<>\\]+$/, '网址应以 https:// 开头'),
  }),
  z.strictObject({
    kind: z.literal('text'),
    title: z.string().trim().min(1, '请填写文章标题').max(40, '文章标题最多 40 个字'),
    body: z.string().trim().min(1, '请填写文章内容').max(5000, '文章内容最多 5000 个字'),
  }),
]);

export const microSiteTile = z.strictObject({
  icon: z.enum(Object.keys(microSiteIcons) as [MicroSiteIcon, ...MicroSiteIcon[]], '请选择图标'),
  title: z.string().trim().min(1, '请填写名称').max(8, '名称最多 8 个字'),
  isShown: z.boolean(),
  target,
});

export type MicroSiteTile = z.infer<typeof microSiteTile>;

/** An entry of a menu; the top menu shows no pictures. */
export const microSiteMenuEntry = microSiteTile.extend({
  title: z.string().trim().min(1, '请填写名称').max(6, '菜单名称最多 6 个字'),
});

export const mostMenuEntries = 5;
export const mostMicroSiteTiles = 16;
export const mostBanners = 6;

const menu = (place: string) =>
  z.array(microSiteMenuEntry).max(mostMenuEntries, `${place}菜单最多 ${mostMenuEntries} 项`).default([]);

/** What stands on the micro-site of a community, tiles in their order (EST-2). */
export const microSiteContent = z.strictObject({
  notice: z.string().trim().max(100, '通知最多 100 个字'),
  /** Files of the pictures at the top, which a finger pushes sideways. */
  banners: z.array(id).max(mostBanners, `轮播图最多 ${mostBanners} 张`).default([]),
  tiles: z.array(microSiteTile).max(mostMicroSiteTiles, `最多 ${mostMicroSiteTiles} 个图标`),
  /** Under the name of the community, and along the lower edge of the screen. */
  topMenu: menu('顶部'),
  bottomMenu: menu('底部'),
});

export type MicroSiteContent = z.infer<typeof microSiteContent>;

/** Where a tile or an entry of a menu leads on the public page; `place` is its own among all that are shown. */
export function microSiteHref({ target: to }: MicroSiteTile, place: number): string {
  if (to.kind === 'phone') return `tel:${to.phone}`;
  if (to.kind === 'section') return `#${to.section}`;
  return to.kind === 'link' ? to.url : `#text-${place + 1}`;
}

/** What is shown, with its place among all of it, so that no two texts have the same address: tiles, top menu, bottom menu. */
export function microSiteShown(content: Pick<MicroSiteContent, 'tiles' | 'topMenu' | 'bottomMenu'>) {
  let place = 0;
  const placed = (list: readonly MicroSiteTile[]) =>
    list.filter(({ isShown }) => isShown).map((entry) => ({ entry, place: place++ }));
  return { tiles: placed(content.tiles), topMenu: placed(content.topMenu), bottomMenu: placed(content.bottomMenu) };
}

const tag = '微站';
const params = z.object({ communityId: id });
const path = '/api/micro-sites/:communityId';

export const getMicroSite = defineEndpoint({
  id: 'microSite.get',
  method: 'GET',
  path,
  access: 'microSite.edit',
  summary: '小区微站的内容',
  tag,
  params,
  reply: z.object({
    /** 0 while nothing was saved. */
    version: z.number(),
    content: microSiteContent,
    /** The banners of the content as forms show them. */
    banners: z.array(attachedFile),
    /** Other communities that `applyToAll` would write. */
    otherCount: z.number(),
  }),
});

export const saveMicroSite = defineEndpoint({
  id: 'microSite.save',
  method: 'PUT',
  path,
  access: 'microSite.edit',
  summary: '保存小区微站',
  tag,
  params,
  body: z.strictObject({ version: z.int().min(0).max(1_000_000_000), content: microSiteContent }),
  reply: ok,
});

export const applyMicroSiteToAll = defineEndpoint({
  id: 'microSite.applyToAll',
  method: 'POST',
  path: `${path}/apply-to-all`,
  access: 'microSite.edit',
  summary: '把已保存的微站应用到数据范围内的所有小区',
  tag,
  params,
  body: z.strictObject({
    version: z.int().min(1).max(1_000_000_000),
    expectedCount: z.int().min(0).max(100_000),
  }),
  reply: z.object({ count: z.number() }),
});
