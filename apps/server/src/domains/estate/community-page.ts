import { Readable } from 'node:stream';
import {
  communityPage,
  communityPicture,
  type MicroSiteContent,
  microSiteHref,
  microSiteIcons,
  microSiteShown,
  platformFail,
  type RegistrationMode,
  residentClientPath,
} from '@anlin/contract';
import { asSystem } from '../../platform/boundary.ts';
import { sql } from '../../platform/database/sql.ts';
import { pictureTypes } from '../../platform/files/media-type.ts';
import { readSmall } from '../../platform/files/receive-file.ts';
import { htmlText as plain } from '../../platform/http/html-text.ts';
import { publicRoute } from '../../platform/http/route.ts';
import { contentOf } from './micro-site.ts';

interface PublicCommunity {
  name: string;
  company: string;
  place: string;
  status: 'preparing' | 'managed' | 'left';
  service_phone: string;
  other_phones: string;
  registration_mode: RegistrationMode;
  registration_hint: string;
  micro_site: MicroSiteContent | null;
  /** Of the community, else of the company; none or one. */
  logo: string[];
  pictures: string[];
}

const howToRegister: Record<RegistrationMode, string> = {
  simpleReview: '请带身份证明到服务中心，或拨打服务电话，说明住在哪里、是什么人。工作人员核实后登记入住。',
  openReview: '请带身份证明到服务中心，或拨打服务电话，告知楼号、房号和与业主的关系。工作人员核实后登记入住。',
  closed: '本小区由工作人员登记住户。请业主联系服务中心办理。',
  browse: '请到服务中心或拨打服务电话，留下姓名和手机号。',
};

/** The page behind a community's code: no script, no sign-in, nothing personal. Error: resource.notFound. */
export const communityPageRoute = publicRoute(communityPage, async (services, { params }, { reply }) => {
  const row = await asSystem(services, params.company, (ctx) =>
    ctx.tx.first<PublicCommunity>(sql`select c.name, o.name company, c.city || c.district || c.address place, c.status, c.service_phone, c.other_phones,
        c.registration_mode, c.registration_hint, s.content micro_site,
        case when c.logo = '{}' then o.logo else c.logo end logo, c.pictures
      from community c join company o on o.id = c.company_id
        left join micro_site s on s.company_id = c.company_id and s.community_id = c.id
      where c.company_id = ${ctx.companyId} and c.id = ${params.id}`),
  );
  if (!row) throw platformFail('resource.notFound', { label: '小区' });
  void reply.type('text/html; charset=utf-8').header('cache-control', 'public, max-age=60');
  const path: PicturePath = (file) => picturePath(params.company, params.id, file);
  return Readable.from([pageOf(row, path, residentClientPath(params.company.toLowerCase()))]);
});

/** Address of a picture of a community that anybody may see. */
export const picturePath = (companyId: string, communityId: string, fileId: string) =>
  communityPicture.path.replace(':company', companyId).replace(':id', communityId).replace(':file', fileId);

/** Pictures of the page in the size of a phone's screen; no other file. Error: file.notFound. */
export const communityPictureRoute = publicRoute(communityPicture, async (services, { params }, { reply }) => {
  const file = await asSystem(services, params.company, (ctx) =>
    ctx.tx.first<{ id: string; mediaType: string }>(sql`select f.id, f.media_type as "mediaType"
      from community c join company o on o.id = c.company_id
        left join micro_site s on s.company_id = c.company_id and s.community_id = c.id
        join file f on f.company_id = c.company_id and f.id = ${params.file}
      where c.company_id = ${ctx.companyId} and c.id = ${params.id} and c.status <> 'left'
        and (f.id = any (c.logo || c.pictures || o.logo) or s.content -> 'banners' ? f.id::text)`),
  );
  if (!file || !pictureTypes.has(file.mediaType)) throw platformFail('file.notFound');
  const small = await readSmall(services.files, params.company, file, 'screen');
  void reply.header('cache-control', 'public, max-age=86400').type(small ? 'image/webp' : file.mediaType);
  return small ?? services.files.read(params.company, file.id);
});

/** `工程 0755-1234567`, one a line: the words before the number say whose it is. */
export function phonesOf(
  row: Pick<PublicCommunity, 'service_phone' | 'other_phones'>,
): { label: string; phone: string }[] {
  const others = row.other_phones.split('\n').flatMap((line) => {
    const found = line.match(/^(.*?)[\s:：]*(\d[\d-]{4,19})\s*$/);
    return found ? [{ label: found[1]?.trim() || '服务电话', phone: found[2]! }] : [];
  });
  return [...(row.service_phone ? [{ label: '服务电话', phone: row.service_phone }] : []), ...others];
}

const style = `body{margin:0;font:16px/1.7 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#1f2329;background:#f4f6f8}
main{max-width:480px;margin:0 auto;padding:24px 16px 48px}header{display:flex;gap:16px;align-items:center;padding:28px 20px;border-radius:12px;background:#1668dc;color:#fff}
h1{margin:0;font-size:26px;line-height:1.3}header p{margin:6px 0 0;opacity:.9}section{margin-top:16px;padding:16px 20px;border-radius:12px;background:#fff}
h2{margin:0 0 8px;font-size:17px}p{margin:0}a{display:flex;justify-content:space-between;align-items:center;min-height:48px;color:#1668dc;text-decoration:none;font-variant-numeric:tabular-nums}
a+a{border-top:1px solid #eef0f3}a span{color:#1f2329}.notice{margin-top:16px;padding:12px 20px;border-radius:12px;background:#fff7e6;color:#613400}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:8px;padding:12px 8px}.tiles a{flex-direction:column;justify-content:center;gap:4px;min-height:76px;border:0;font-size:14px;line-height:1.3;text-align:center}
svg{width:28px;height:28px;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}.text{white-space:pre-line;overflow-wrap:anywhere}.logo{width:56px;height:56px;flex:none;object-fit:contain;border-radius:8px;background:#fff}.banner{display:flex;margin-top:16px;border-radius:12px;overflow-x:auto;scroll-snap-type:x mandatory}
.banner img{width:100%;aspect-ratio:16/9;flex:none;object-fit:cover;scroll-snap-align:start;background:#e4e7eb}nav{display:flex;background:#fff}nav a{flex:1;justify-content:center;min-height:48px;border:0;text-align:center}nav.top{position:sticky;top:0;z-index:1;margin-top:16px;border-radius:12px;overflow-x:auto;white-space:nowrap}nav.top a{padding:0 12px}
nav.bottom{position:fixed;inset:auto 0 0;max-width:480px;margin:0 auto;padding-bottom:env(safe-area-inset-bottom);border-top:1px solid #e4e7eb}nav.bottom a{flex-direction:column;gap:2px;min-height:56px;font-size:12px;line-height:1.3}nav.bottom svg{width:22px;height:22px}.above main{padding-bottom:96px}section,header{scroll-margin-top:64px}
.hint{margin-top:8px;color:#646a73;white-space:pre-line}footer{margin-top:24px;text-align:center;font-size:14px;color:#646a73}
@media(prefers-color-scheme:dark){.notice{background:#2b2111;color:#ffd591}body{background:#141414;color:#e8e8e8}section,nav{background:#1f1f1f}nav.bottom{border-color:#303030}a+a{border-color:#303030}a span{color:#e8e8e8}}`;

/** Notice, tiles and the texts they lead to (EST-2); nothing once the community is no longer looked after. */
function siteOf({
  status,
  micro_site: saved,
}: PublicCommunity): Record<'topMenu' | 'top' | 'texts' | 'bottomMenu', string> {
  if (status === 'left' || !saved) return { topMenu: '', top: '', texts: '', bottomMenu: '' };
  const site = contentOf(saved);
  const { tiles, topMenu, bottomMenu } = microSiteShown(site);
  const texts = [...tiles, ...topMenu, ...bottomMenu].map(({ entry: { target }, place }) =>
    target.kind === 'text'
      ? `<section id="text-${place + 1}"><h2>${plain(target.title)}</h2><p class="text">${plain(target.body)}</p></section>`
      : '',
  );
  const notice = site.notice ? `<p class="notice">${plain(site.notice)}</p>` : '';
  return {
    topMenu: linksOf('<nav class="top" aria-label="顶部菜单">', topMenu, false),
    top: notice + linksOf('<section class="tiles">', tiles, true),
    texts: texts.join(''),
    bottomMenu: linksOf('<nav class="bottom" aria-label="底部菜单">', bottomMenu, true),
  };
}

/** Links side by side in the element that `opening` opens; nothing where there are none. */
function linksOf(opening: string, entries: readonly ShownEntry[], hasIcons: boolean): string {
  if (entries.length === 0) return '';
  const links = entries.map(({ entry, place }) => {
    const away = entry.target.kind === 'link' ? ' rel="noopener noreferrer" target="_blank"' : '';
    const icon = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${microSiteIcons[entry.icon].path}"/></svg>`;
    return `<a href="${plain(microSiteHref(entry, place))}"${away}>${hasIcons ? icon : ''}<span>${plain(entry.title)}</span></a>`;
  });
  return `${opening}${links.join('')}</${opening.startsWith('<nav') ? 'nav' : 'section'}>`;
}

type ShownEntry = ReturnType<typeof microSiteShown>['tiles'][number];

/** The banners of the micro-site, else the pictures of the community; pushed sideways by a finger, without a script. */
function bannerOf({ name, status, micro_site: site, pictures }: PublicCommunity, path: PicturePath): string {
  const banners = contentOf(site).banners;
  const shown = status === 'left' ? [] : banners.length > 0 ? banners : pictures;
  const images = shown.map((file, place) => `<img src="${path(file)}" alt="${plain(name)}图片${place + 1}">`);
  return images.length > 0 ? `<div class="banner">${images.join('')}</div>` : '';
}

function logoOf({ status, logo }: PublicCommunity, path: PicturePath): string {
  return status === 'left' || !logo[0] ? '' : `<img class="logo" src="${path(logo[0])}" alt="">`;
}

type PicturePath = (fileId: string) => string;

function pageOf(row: PublicCommunity, path: PicturePath, client: string): string {
  const phones = phonesOf(row)
    .map(({ label, phone }) => `<a href="tel:${plain(phone)}"><span>${plain(label)}</span>${plain(phone)}</a>`)
    .join('');
  const register =
    row.status === 'left'
      ? '<p>本公司已不再管理这个小区。</p>'
      : `<a href="${client}"><span>登录住户端</span>查账、缴费</a><p>${howToRegister[row.registration_mode]}</p>${row.registration_hint ? `<p class="hint">${plain(row.registration_hint)}</p>` : ''}`;
  const { topMenu, top, texts, bottomMenu } = siteOf(row);
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${plain(row.name)}</title><style>${style}</style></head><body${bottomMenu ? ' class="above"' : ''}><main>
<header id="top">${logoOf(row, path)}<div><h1>${plain(row.name)}</h1><p>${plain(row.place)}</p></div></header>${topMenu}${bannerOf(row, path)}${top}
<section id="phones"><h2>联系我们</h2>${phones || '<p>请到小区服务中心咨询。</p>'}</section>
<section id="register"><h2>住户登记</h2>${register}</section>${texts}
<footer>${plain(row.company)}</footer></main>${bottomMenu}</body></html>`;
}
