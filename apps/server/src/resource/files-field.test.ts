import { buildingResource, fileLink, houseResource, parkingSpaceResource, resourceEndpoints } from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendFile } from '../../test/pictures.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../test/test-app.ts';

const house = resourceEndpoints(houseResource);
const space = resourceEndpoints(parkingSpaceResource);
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
let buildingId: string;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  admin = await company.person('管理员');
  const body = { communityId: company.communityId, name: '1栋', sortOrder: 0 };
  buildingId = (await admin.call(resourceEndpoints(buildingResource).create, { body })).id;
});
afterAll(() => server.stop());

async function upload(person: TestPerson, name: string, content: Buffer | string, type = 'application/pdf') {
  const response = await sendFile(server.app, person.cookie, { name, content, type });
  expect(response.statusCode).toBe(200);
  return response.json<{ id: string; mediaType: string }>();
}

let rooms = 100;
const addHouse = async (attachments: string[]) => {
  rooms += 1;
  const body = {
    communityId: company.communityId,
    buildingId,
    number: String(rooms),
    usage: 'residential',
    status: 'ownerOccupied',
    builtArea: '89.50',
    sortOrder: 0,
    attachments,
  };
  return (await admin.call(house.create, { body })).id;
};
const attachmentsOf = async (id: string) =>
  (await admin.call(house.get, { params: { id } })).attachments as { id: string; name: string }[];
const addSpace = (number: string, pictures: string[]) =>
  admin.call(space.create, {
    body: { communityId: company.communityId, number, type: 'property', status: 'vacant', pictures },
  });

describe('files of a row', () => {
  it('come back in the order they were put, with name, kind and size', async () => {
    const contract = await upload(admin, '前期合同.pdf', 'PDF');
    const photo = await upload(admin, '客厅.png', png, 'image/png');
    const id = await addHouse([photo.id, contract.id]);
    expect(await attachmentsOf(id)).toEqual([
      { id: photo.id, name: '客厅.png', mediaType: 'image/png', sizeBytes: png.length },
      { id: contract.id, name: '前期合同.pdf', mediaType: 'application/pdf', sizeBytes: 3 },
    ]);
    const query = { filter: JSON.stringify({ attachments: true }) };
    expect((await admin.call(house.list, { query })).rows.map((row) => row.id)).toEqual([id]);
  });

  it('are opened by whoever may see the row, and by nobody else', async () => {
    const { id: fileId } = await upload(admin, '房产证.png', png, 'image/png');
    const link = { params: { id: fileId } };
    const colleague = await company.person('管理员', [company.communityId]);
    const elsewhere = await company.person('管理员', [company.otherCommunityId]);
    const stranger = await (await server.company('别家物业')).person('管理员');
    expect((await refusal(colleague.call(fileLink, link))).code).toBe('file.notFound');
    const id = await addHouse([fileId]);
    const { url } = await colleague.call(fileLink, link);
    const shown = await server.app.inject(url);
    expect(shown.headers['content-type']).toBe('image/png');
    expect(shown.rawPayload.equals(png)).toBe(true);
    expect((await refusal(elsewhere.call(fileLink, link))).code).toBe('file.notFound');
    expect((await refusal(stranger.call(fileLink, link))).code).toBe('file.notFound');

    await admin.call(house.update, { params: { id }, body: { version: 1, attachments: [] } });
    expect((await refusal(colleague.call(fileLink, link))).code).toBe('file.notFound');
  });

  it('can only be one’s own uploads or what the row has already', async () => {
    const mine = await upload(admin, '甲.pdf', '甲');
    const id = await addHouse([mine.id]);
    const colleague = await company.person('管理员');
    const theirs = await upload(colleague, '乙.pdf', '乙');
    const unknown = await refusal(addHouse([theirs.id]));
    expect(unknown).toMatchObject({ status: 422, code: 'reference.notFound', fields: [{ path: 'attachments' }] });
    await colleague.call(house.update, { params: { id }, body: { version: 1, attachments: [theirs.id, mine.id] } });
    expect((await attachmentsOf(id)).map(({ name }) => name)).toEqual(['乙.pdf', '甲.pdf']);
  });

  it('that must be pictures are judged by their bytes, not their names', async () => {
    const page = await upload(admin, '照片.png', '<script>alert(1)</script>', 'image/png');
    expect(page.mediaType).toBe('application/octet-stream');
    const refused = await refusal(addSpace('A-1', [page.id]));
    expect(refused).toMatchObject({ status: 422, code: 'file.typeRefused', fields: [{ path: 'pictures' }] });
    const { url } = await admin.call(fileLink, { params: { id: page.id } });
    const saved = await server.app.inject(url);
    expect(saved.headers['content-disposition']).toContain('attachment');
    expect(saved.headers['content-type']).toBe('application/octet-stream');
    const real = await upload(admin, '无后缀', png, 'text/html');
    await addSpace('A-1', [real.id]);
  });

  it('are at most as many as the field says', async () => {
    const files = await Promise.all(Array.from({ length: 10 }, (_, n) => upload(admin, `${n}.png`, png, 'image/png')));
    const pictures = files.map(({ id }) => id);
    expect((await refusal(addSpace('A-2', pictures))).fields[0]?.message).toBe('车位图片最多 9 个文件');
  });
});
