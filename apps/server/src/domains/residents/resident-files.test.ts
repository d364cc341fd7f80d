import {
  deleteResident,
  editResident,
  eraseResident,
  exportResidentData,
  type FileView,
  fileLink,
  fileLinks,
  getResidentProfile,
  mergeResidents,
  moveOut,
  startCompanyArchive,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phonePhoto, pngOf, sendFile } from '../../../test/pictures.ts';
import { refusal, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { openArchive } from '../../platform/archive/open-archive.ts';
import { sql } from '../../platform/database/sql.ts';
import { removeForgottenFiles } from '../../platform/files/forget-files.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { type ResidentsFixture, startResidents } from './residents.fixture.ts';

let at: ResidentsFixture;
beforeAll(async () => {
  at = await startResidents();
});
afterAll(() => at.server.stop());

async function sent(name: string, content: Buffer, type = 'image/png', who: TestPerson = at.clerk): Promise<string> {
  return (await sendFile(at.server.app, who.cookie, { name, content, type })).json<FileView>().id;
}
const profile = (id: string, who = at.admin) => who.call(getResidentProfile, { params: { id } });
async function give(id: string, files: { photo?: string[]; documents?: string[] }): Promise<void> {
  const { version } = await profile(id);
  await at.clerk.call(editResident, { params: { id }, body: { version, ...files } });
}
const open = (who: TestPerson, id: string) => who.call(fileLink, { params: { id } });

/** Files that are registered, of these; and whose bytes are there once the waiting jobs are done. */
async function whatIsLeft(fileIds: string[]): Promise<{ rows: string[]; bytes: string[] }> {
  const rows = await at.company.run((ctx) =>
    ctx.tx.rows<{ id: string }>(sql`select id from file where id = any (${fileIds}::uuid[])`),
  );
  const jobs = await at.server.services.ownerPool.query<{ payload: { fileIds: string[] } }>(
    `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
      where t.id = j.task_id and t.identifier = 'removeFiles' returning j.payload`,
  );
  for (const { payload } of jobs.rows)
    await removeForgottenFiles(at.server.services, at.company.id, [...payload.fileIds, ...rows.map((row) => row.id)]);
  const bytes: string[] = [];
  for (const id of fileIds) {
    for (const key of [id, `${id}.thumbnail`]) {
      await at.server.services.files.head(at.company.id, key, 1).then(
        () => bytes.push(key),
        () => {},
      );
    }
  }
  return { rows: rows.map(({ id }) => id), bytes };
}

describe('photo and documents of a resident', () => {
  it('are shown with the profile; the photo opens for whoever sees the person, documents with the right and on record', async () => {
    const { residentId } = await at.live('1-101', { name: '有照片' });
    const photo = await sent('本人.jpg', await phonePhoto('GPS'), 'image/jpeg');
    const card = await sent('身份证.png', pngOf(30, 20));
    const contract = await sent('合同.pdf', Buffer.from('%PDF-1.4'), 'application/pdf');
    await give(residentId, { photo: [photo], documents: [card, contract] });
    expect(await profile(residentId)).toMatchObject({
      photo: [{ id: photo, name: '本人.jpg' }],
      documents: [
        { id: card, name: '身份证.png' },
        { id: contract, name: '合同.pdf' },
      ],
    });
    const cashier = await at.company.person('收银员');
    await open(cashier, photo);
    expect((await refusal(open(cashier, card))).code).toBe('file.notFound');
    const { url } = await open(at.admin, card);
    expect((await at.server.app.inject({ url })).rawPayload.equals(pngOf(30, 20))).toBe(true);
    // A list never opens a document in passing, not even that of the person who sent it.
    for (const who of [at.admin, at.clerk]) {
      const { links } = await who.call(fileLinks, { query: { ids: [photo, card, contract].join() } });
      expect(links.map((one) => one.id)).toEqual([photo]);
    }
    const opened = await at.company.run((ctx) =>
      ctx.tx.rows(sql`select target_id, after from audit_entry where action = 'resident.openDocument'`),
    );
    expect(opened).toEqual([{ target_id: residentId, after: { fileId: card } }]);
    const elsewhere = await at.company.person('管理员', [at.company.otherCommunityId]);
    for (const id of [photo, card]) expect((await refusal(open(elsewhere, id))).status).toBe(404);
    const foreign = at.admin.call(editResident, {
      params: { id: residentId },
      body: { version: 2, photo: [await sent('他人.png', pngOf(2, 2))] },
    });
    expect((await refusal(foreign)).code).toBe('reference.notFound');
    expect((await refusal(give(residentId, { photo: [contract] }))).code).toBe('file.typeRefused');
  });

  it('are left out of the archive of the company, unless it is to have the id cards', async () => {
    const { residentId } = await at.live('1-104', { name: '存档人' });
    const [photo, card] = [await sent('照.png', pngOf(3, 3)), await sent('卡.png', pngOf(4, 4))];
    await give(residentId, { photo: [photo], documents: [card] });
    for (const [includesIdCards, inside] of [
      [false, [photo]],
      [true, [photo, card]],
    ] as const) {
      const { taskId } = await at.admin.call(startCompanyArchive, { body: { includesIdCards } });
      await runTask(at.server.services, taskHandlers, at.company.id, taskId);
      const archive = await openArchive(at.server.storedPath(at.company.id, taskId));
      const ids = archive.manifest.files.map((file) => file.id);
      archive.close();
      expect([photo, card].filter((id) => ids.includes(id))).toEqual(inside);
    }
  });

  it('that are taken off are forgotten with their bytes, unless something else uses them', async () => {
    const { residentId } = await at.live('1-102', { name: '换照片' });
    const { residentId: other } = await at.live('1-103', { name: '同一张合同' });
    const [first, second, shared] = [
      await sent('旧.png', pngOf(3, 3)),
      await sent('新.png', pngOf(4, 4)),
      await sent('合租合同.png', pngOf(5, 5)),
    ];
    await give(residentId, { photo: [first], documents: [shared] });
    await give(other, { documents: [shared] });
    await give(residentId, { photo: [second], documents: [] });
    const left = await whatIsLeft([first, second, shared]);
    expect(left.rows.sort()).toEqual([second, shared].sort());
    expect(left.bytes.sort()).toEqual([second, `${second}.thumbnail`, shared, `${shared}.thumbnail`].sort());
  });

  it('go over when two records are merged, and go with a record that was a mistake', async () => {
    const { residentId: kept } = await at.live('1-201', { name: '合并人' });
    const { residentId: other } = await at.live('1-202', { name: '合并人' });
    const [own, theirs, one, two] = [
      await sent('自己.png', pngOf(6, 6)),
      await sent('另一份.png', pngOf(7, 7)),
      await sent('证一.png', pngOf(8, 8)),
      await sent('证二.png', pngOf(9, 9)),
    ];
    await give(kept, { photo: [own], documents: [one] });
    await give(other, { photo: [theirs], documents: [two] });
    const reason = '同一个人';
    await at.admin.call(mergeResidents, { params: { id: kept }, body: { otherId: other, reason } });
    expect(await profile(kept)).toMatchObject({ photo: [{ id: own }], documents: [{ id: one }, { id: two }] });
    await open(at.admin, two);
    expect((await whatIsLeft([own, theirs, one, two])).rows.sort()).toEqual([own, one, two].sort());
    await at.admin.call(deleteResident, { params: { id: kept }, body: { reason: '登记错了' } });
    expect(await whatIsLeft([own, theirs, one, two])).toEqual({ rows: [], bytes: [] });
  });

  it('are in the copy of everything a person may ask for, and gone when they are erased', async () => {
    const { residentId, occupancyId } = await at.live('1-301', { name: '要注销' });
    const [photo, card] = [await sent('我.png', pngOf(6, 6)), await sent('证/件.png', pngOf(7, 7))];
    await give(residentId, { photo: [photo], documents: [card] });
    const { taskId } = await at.clerk.call(exportResidentData, { params: { id: residentId }, body: {} });
    await runTask(at.server.services, taskHandlers, at.company.id, taskId);
    const chunks: Buffer[] = [];
    for await (const chunk of at.server.services.files.read(at.company.id, taskId)) chunks.push(chunk as Buffer);
    for (const name of ['照片/1-我.png', '证件与文件/1-件.png'])
      expect(Buffer.concat(chunks).includes(Buffer.from(name)), name).toBe(true);
    const body = { movedOutOn: '2026-03-01', reason: '搬走' };
    await at.clerk.call(moveOut, { params: { id: occupancyId }, body });
    await at.admin.call(eraseResident, { params: { id: residentId }, body: { reason: '本人申请' } });
    expect(await profile(residentId)).toMatchObject({ photo: [], documents: [] });
    expect(await whatIsLeft([photo, card, taskId])).toEqual({ rows: [], bytes: [] });
  });
});
