import {
  applyMicroSiteToAll,
  communityPagePath,
  communityResource,
  type FileView,
  fileLink,
  getMicroSite,
  type MicroSiteContent,
  resourceEndpoints,
  saveMicroSite,
} from '@anlin/contract';
import { Transformer } from '@napi-rs/image';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pngOf, sendFile } from '../../../test/pictures.ts';
import { refusal, startTestApp, type TestApp } from '../../../test/test-app.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

const content: MicroSiteContent = {
  notice: '周三 <停水>',
  banners: [],
  tiles: [
    {
      icon: 'guide',
      title: '装修须知',
      isShown: true,
      target: { kind: 'text', title: '装修<须知>', body: '先申请\n<script>alert(1)</script>' },
    },
    { icon: 'phone', title: '管家', isShown: true, target: { kind: 'phone', phone: '0755-12345678' } },
    { icon: 'link', title: '"政务"', isShown: true, target: { kind: 'link', url: 'https://example.com/?a=1&b=2' } },
    { icon: 'fee', title: '暂不公开', isShown: false, target: { kind: 'phone', phone: '13800138000' } },
  ],
  topMenu: [
    { icon: 'guide', title: '收费标准', isShown: true, target: { kind: 'text', title: '收费', body: '2.80 元' } },
    { icon: 'guide', title: '藏起来', isShown: false, target: { kind: 'section', section: 'top' } },
  ],
  bottomMenu: [{ icon: 'phone', title: '找<物业>', isShown: true, target: { kind: 'section', section: 'phones' } }],
};

describe('the micro-site of a community', () => {
  it('shows anybody its notice and the tiles that are shown, every word escaped', async () => {
    const company = await server.company();
    const admin = await company.person('管理员');
    const params = { communityId: company.communityId };
    const empty = { notice: '', banners: [], tiles: [], topMenu: [], bottomMenu: [] };
    expect(await admin.call(getMicroSite, { params })).toEqual({
      version: 0,
      content: empty,
      banners: [],
      otherCount: 1,
    });
    await admin.call(saveMicroSite, { params, body: { version: 0, content } });
    expect(await admin.call(getMicroSite, { params })).toEqual({ version: 1, content, banners: [], otherCount: 1 });
    const { body } = await server.app.inject({ url: communityPagePath(company.id, company.communityId) });
    for (const text of [
      '周三 &lt;停水&gt;',
      'href="#text-1"',
      '<section id="text-1"><h2>装修&lt;须知&gt;</h2>',
      '&lt;script&gt;alert(1)',
      'href="tel:0755-12345678"',
      'href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer"',
      '&quot;政务&quot;',
      '<nav class="top" aria-label="顶部菜单"><a href="#text-4"><span>收费标准</span></a></nav>',
      '<section id="text-4"><h2>收费</h2>',
      '<a href="#phones">',
      '找&lt;物业&gt;</span></a></nav></body>',
      '<section id="phones">',
    ])
      expect(body).toContain(text);
    for (const text of ['<script', '暂不公开', '13800138000', '藏起来']) expect(body).not.toContain(text);
  });

  it('shows its banners, or else the pictures of the community, and its logo, but no other file', async () => {
    const company = await server.company();
    const admin = await company.person('管理员');
    const send = async (width: number) =>
      (
        await sendFile(server.app, admin.cookie, { name: '图.png', content: pngOf(width, 10), type: 'image/png' })
      ).json<FileView>().id;
    const [logo, picture, banner, secret] = [await send(10), await send(20), await send(1200), await send(40)];
    const community = resourceEndpoints(communityResource);
    const [params, others] = [{ communityId: company.communityId }, { communityId: company.otherCommunityId }];
    const change = async (body: object) => {
      const { version } = await admin.call(community.get, { params: { id: company.communityId } });
      await admin.call(community.update, {
        params: { id: company.communityId },
        body: { version: version as number, ...body },
      });
    };
    await change({ logo: [logo], pictures: [picture] });
    const page = communityPagePath(company.id, company.communityId);
    const shown = async (path = page) =>
      [...(await server.app.inject({ url: path })).body.matchAll(/<img[^>]* src="([^"]+)"/g)].map((found) => found[1]!);
    const get = (file: string, path = page) => server.app.inject({ url: `${path}/pictures/${file}` });
    expect(await shown()).toEqual([`${page}/pictures/${logo}`, `${page}/pictures/${picture}`]);
    await admin.call(saveMicroSite, { params, body: { version: 0, content: { ...content, banners: [banner] } } });
    expect(await shown()).toEqual([`${page}/pictures/${logo}`, `${page}/pictures/${banner}`]);
    expect(await admin.call(getMicroSite, { params })).toMatchObject({ banners: [{ id: banner, name: '图.png' }] });
    const { rawPayload, headers } = await get(banner);
    expect(headers).toMatchObject({ 'content-type': 'image/webp', 'cache-control': 'public, max-age=86400' });
    expect(await new Transformer(rawPayload).metadata()).toMatchObject({ width: 1080, height: 9 });
    const otherPage = communityPagePath(company.id, company.otherCommunityId);
    for (const answer of [await get(secret), await get(banner, otherPage)]) expect(answer.statusCode).toBe(404);
    await admin.call(applyMicroSiteToAll, { params, body: { version: 1, expectedCount: 1 } });
    expect(await shown(otherPage)).toEqual([`${otherPage}/pictures/${banner}`]);
    const editor = await company.person('项目经理', [company.otherCommunityId]);
    await editor.call(fileLink, { params: { id: banner } });
    const text = { ...content, banners: [logo.replace(/^./, 'f')] };
    const foreign = editor.call(saveMicroSite, { params: others, body: { version: 1, content: text } });
    expect(await refusal(foreign)).toMatchObject({ status: 422, code: 'reference.notFound' });
    await change({ status: 'left' });
    expect([await shown(), (await get(logo)).statusCode]).toEqual([[], 404]);
  });

  it('refuses whoever saves over a change they have not seen, and keeps that change', async () => {
    const company = await server.company();
    const admin = await company.person('管理员');
    const params = { communityId: company.communityId };
    const save = (version: number, notice: string) =>
      admin.call(saveMicroSite, { params, body: { version, content: { ...content, notice } } });
    const first = await Promise.allSettled([save(0, '甲'), save(0, '乙')]);
    expect(first.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await save(1, '丙');
    expect(await refusal(save(1, '丁'))).toMatchObject({ status: 409, code: 'resource.changed' });
    expect(await admin.call(getMicroSite, { params })).toMatchObject({ version: 2, content: { notice: '丙' } });
  });

  it('is out of reach from another company, another community and without the right', async () => {
    const [company, other] = [await server.company(), await server.company('别家物业')];
    const params = { communityId: company.communityId };
    const body = { version: 0, content };
    const stranger = await other.person('管理员');
    const neighbour = await company.person('项目经理', [company.otherCommunityId]);
    const cashier = await company.person('收银员');
    for (const person of [stranger, neighbour])
      expect(await refusal(person.call(saveMicroSite, { params, body }))).toMatchObject({ status: 404 });
    expect(await refusal(cashier.call(saveMicroSite, { params, body }))).toMatchObject({ status: 403 });
    const tile = { ...content.tiles[1]!, target: { kind: 'link' as const, url: 'javascript:alert(1)' } };
    const admin = await company.person('管理员');
    const wrong = { version: 0, content: { ...content, tiles: [tile] } };
    expect(JSON.stringify(await refusal(admin.call(saveMicroSite, { params, body: wrong })))).toContain('https://');
    const menus = [
      {
        bottomMenu: [{ ...content.bottomMenu[0]!, target: { kind: 'section' as const, section: 'nowhere' as never } }],
      },
      { topMenu: [{ ...content.topMenu[0]!, title: '七个字的菜单名' }] },
      { topMenu: Array.from({ length: 6 }, () => content.topMenu[0]!) },
    ];
    for (const menu of menus)
      expect(
        await refusal(admin.call(saveMicroSite, { params, body: { version: 0, content: { ...content, ...menu } } })),
      ).toMatchObject({ status: 422 });
    expect(await admin.call(getMicroSite, { params })).toMatchObject({ version: 0 });
  });

  it('is applied to every other community in the data scope at once, and to no other', async () => {
    const company = await server.company();
    const admin = await company.person('管理员');
    const [params, others] = [{ communityId: company.communityId }, { communityId: company.otherCommunityId }];
    await admin.call(saveMicroSite, { params, body: { version: 0, content } });
    await admin.call(saveMicroSite, {
      params: others,
      body: { version: 0, content: { ...content, notice: '旧', tiles: [] } },
    });
    const local = await company.person('项目经理', [company.communityId]);
    const apply = (person: typeof admin, expectedCount: number) =>
      person.call(applyMicroSiteToAll, { params, body: { version: 1, expectedCount } });
    expect(await apply(local, 0)).toEqual({ count: 0 });
    expect(await refusal(apply(admin, 5))).toMatchObject({ status: 409, code: 'microSite.countChanged' });
    expect(await admin.call(getMicroSite, { params: others })).toMatchObject({ content: { notice: '旧' } });
    expect(await apply(admin, 1)).toEqual({ count: 1 });
    expect(await admin.call(getMicroSite, { params: others })).toMatchObject({ version: 2, content });
    const { rows } = await server.services.ownerPool.query(
      `select after from audit_entry where company_id = $1 and action = 'microSite.applyToAll' order by at, id`,
      [company.id],
    );
    expect(rows.map((row) => row.after)).toEqual([{ communities: 0 }, { communities: 1 }]);
  });
});
