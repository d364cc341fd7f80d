import { type FileView, fileLink, fileLinks, type Problem } from '@anlin/contract';
import { Transformer } from '@napi-rs/image';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phonePhoto, pngOf, sendFile } from '../../../test/pictures.ts';
import { startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../database/sql.ts';

const place = 'GPS 31.2304N 121.4737E';
let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  admin = await company.person('管理员');
});
afterAll(() => server.stop());

const send = (name: string, content: Buffer | string, type = 'image/jpeg') =>
  sendFile(server.app, admin.cookie, { name, content, type });
const sent = async (...file: Parameters<typeof send>) => (await send(...file)).json<FileView>();
const refused = async (...file: Parameters<typeof send>) => (await send(...file)).json<Problem>();
const open = async (id: string, more = '') => {
  const { url } = await admin.call(fileLink, { params: { id } });
  return server.app.inject({ url: url + more });
};

describe('an uploaded picture', () => {
  it('is kept upright and without the place it was taken at', async () => {
    const photo = await phonePhoto(place);
    expect(photo.includes(place)).toBe(true);
    const { id, size, mediaType } = await sent('客厅.jpg', photo);
    const { rawPayload: kept, headers } = await open(id);
    expect(headers['content-type']).toBe('image/jpeg');
    expect([kept.length, mediaType]).toEqual([size, 'image/jpeg']);
    expect(kept.includes('GPS')).toBe(false);
    expect(kept.includes('Exif')).toBe(false);
    expect(await new Transformer(kept).metadata(true)).toMatchObject({ width: 200, height: 400 });
    const pixels = await new Transformer(kept).rawPixels();
    const isRed = (at: number) => pixels[at]! > 200 && pixels[at + 2]! < 50;
    expect([isRed(0), isRed(pixels.length - 3)]).toEqual([true, false]);
  });

  it('has a small one for lists, under the same kind of link', async () => {
    const { id } = await sent('客厅.jpg', await phonePhoto(place));
    const small = await open(id, '&size=thumbnail');
    expect(small.headers['content-type']).toBe('image/webp');
    expect(small.rawPayload.length).toBe(Number(small.headers['content-length']));
    expect(await new Transformer(small.rawPayload).metadata()).toMatchObject({ width: 160, height: 320 });
    expect(small.rawPayload.includes('GPS')).toBe(false);
    const icon = await sent('图标.png', pngOf(20, 10), 'image/png');
    const kept = await open(icon.id, '&size=thumbnail');
    expect(await new Transformer(kept.rawPayload).metadata()).toMatchObject({ width: 20, height: 10 });
  });

  it('gets its small one when first asked for, if it was stored before there were any', async () => {
    const { id } = await sent('旧图.jpg', await phonePhoto(place));
    await server.services.files.remove(company.id, `${id}.thumbnail`);
    const twice = await Promise.all([open(id, '&size=thumbnail'), open(id, '&size=thumbnail')]);
    for (const { rawPayload } of twice) expect((await new Transformer(rawPayload).metadata()).height).toBe(320);
  });

  it('as PNG keeps every pixel and loses its comments', async () => {
    const { id } = await sent('平面图.png', pngOf(30, 20, { text: place }), 'image/png');
    expect((await open(id)).rawPayload.equals(pngOf(30, 20))).toBe(true);
  });

  it('with more pixels than a phone takes is refused before room is made for it', async () => {
    const before = process.memoryUsage().rss;
    const problems = await Promise.all(
      Array.from({ length: 8 }, () => refused('炸弹.png', pngOf(2, 2, { claimed: 40_000_000 }), 'image/png')),
    );
    for (const problem of problems) {
      expect(problem).toMatchObject({ status: 422, code: 'file.pictureTooLarge' });
      expect(problem.detail).toContain('2×40000000 像素，上限 5200 万像素');
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  });

  it('that cannot be read is refused in Chinese, and nothing is registered', async () => {
    const count = () => company.run(async (ctx) => (await ctx.tx.rows(sql`select id from file`)).length);
    const before = await count();
    const broken = [
      pngOf(20, 20).subarray(0, 60),
      pngOf(2, 2, { claimed: 9000 }),
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xd9]),
      Buffer.from('RIFF\u0010\0\0\0WEBPVP8 \0\0\0\0', 'latin1'),
      Buffer.from('GIF89a', 'latin1'),
    ];
    for (const content of broken) {
      expect(await refused('坏图.jpg', content)).toMatchObject({ status: 422, code: 'file.pictureBroken' });
    }
    expect(await count()).toBe(before);
  });
});

describe('the links of a list', () => {
  it('come in one answer, without those of files the person may not see', async () => {
    const [photo, icon] = [await sent('1.jpg', await phonePhoto(place)), await sent('2.png', pngOf(2, 2), 'image/png')];
    const colleague = await company.person('客服');
    const own = await sendFile(server.app, colleague.cookie, {
      name: '3.png',
      content: pngOf(3, 3),
      type: 'image/png',
    });
    const ids = [photo.id, own.json<FileView>().id, icon.id].join();
    const { links } = await admin.call(fileLinks, { query: { ids } });
    expect(links.map((one) => one.id)).toEqual([photo.id, icon.id]);
    for (const { url } of links) expect((await server.app.inject({ url })).statusCode).toBe(200);
    expect((await colleague.call(fileLinks, { query: { ids } })).links).toHaveLength(1);
  });
});
