import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@anlin/contract';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type S3Emulator, s3Account, startS3Emulator } from '../../../../tools/emulator/s3.ts';
import { sealedColumns, taskHandlers } from '../../src/app.ts';
import { type DeskFixture, makeDesk, paymentFor } from '../../src/domains/cashier/cashier.fixture.ts';
import { realFile, wizard } from '../../src/domains/imports/imports.fixture.ts';
import { importArchive } from '../../src/platform/archive/index.ts';
import { runTask } from '../../src/platform/tasks/run-task.ts';
import { phonePhoto, sendFile } from '../pictures.ts';
import { startTestApp, type TestApp, type TestPerson } from '../test-app.ts';

let emulator: S3Emulator;
let server: TestApp;
let desk: DeskFixture;
let admin: TestPerson;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anlin-bucket-'));
  emulator = await startS3Emulator();
  server = await startTestApp({ s3: { ...s3Account, endpoint: emulator.url, isPathStyle: true } });
  desk = await makeDesk(await server.company());
  admin = await desk.company.person('管理员');
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
  await rm(folder, { recursive: true });
});

async function download(fileId: unknown): Promise<Buffer> {
  const { url } = await admin.call(contract.fileLink, { params: { id: String(fileId) } });
  const response = await server.app.inject({ url });
  expect(response.statusCode).toBe(200);
  expect(response.rawPayload.length).toBe(Number(response.headers['content-length']));
  return response.rawPayload;
}

async function finish(taskId: string): Promise<contract.TaskView> {
  await runTask(server.services, taskHandlers, desk.company.id, taskId);
  const task = await admin.call(contract.getTask, { params: { id: taskId } });
  expect(task).toMatchObject({ state: 'done' });
  return task;
}

it('uploads, imports, exports, prints and the archive of the company all work with the files in a bucket', async () => {
  const photo = await sendFile(server.app, admin.cookie, {
    name: '公章.jpg',
    content: await phonePhoto('GPS'),
    type: 'image/jpeg',
  });
  const { id: photoId } = photo.json<contract.FileView>();
  const keptPhoto = await download(photoId);
  expect(keptPhoto.includes('GPS')).toBe(false);
  const inBucket = [...emulator.objects].filter(([key]) => key.includes(photoId));
  expect(inBucket.map(([key]) => key.split('/').at(-1)).sort()).toEqual([photoId, `${photoId}.thumbnail`]);

  const houses = wizard(server, desk.company, admin, 'house');
  const { failedRowsFileId, counts } = await houses.all(realFile('houses.xlsx'), '房屋.xlsx');
  expect(counts).toMatchObject({ added: 201, bad: 8 });
  expect(await linesOf(await download(failedRowsFileId))).toBe(1 + 8);

  const exporting = contract.exportEndpoint(contract.houseResource)!;
  const { result } = await finish((await admin.call(exporting, { body: {} })).taskId);
  expect(await linesOf(await download(result!.fileId))).toBe(1 + 201 + 1);

  const seal = { fileId: photoId, communityId: desk.company.communityId, isSeal: true };
  await admin.call(contract.addPrintImage, { body: seal });
  const billId = await desk.bill({ month: '2026-01', amountFen: 12_000n, itemId: desk.waterItemId });
  const cashier = await desk.company.person('收银员');
  const body = paymentFor(desk, [{ id: billId, toPay: '120.00' }]);
  const receipt = await cashier.call(contract.takePayment, { body });
  const printed = await admin.call(contract.printPdf, { body: { type: 'receipt', ids: [receipt.id] } });
  expect((await download(printed.fileId)).toString('latin1')).toContain('/Subtype /Image');

  const archiving = await admin.call(contract.startCompanyArchive, { body: { includesIdCards: false } });
  await finish(archiving.taskId);
  const archive = join(folder, 'company.zip');
  await writeFile(archive, await download(archiving.taskId));
  const copy = await importArchive(server.services, { archive, companyName: '接管物业', sealedColumns });
  expect(copy.files).toBeGreaterThanOrEqual(4);
  const copied = [...emulator.objects].find(([key]) => key.startsWith(copy.companyId) && key.endsWith(photoId));
  expect(copied?.[1].equals(keptPhoto)).toBe(true);
  expect(emulator.uploads.size).toBe(0);
});

async function linesOf(bytes: Buffer): Promise<number> {
  let lines = 0;
  for await (const _ of (await openSpreadsheet({ bytes })).rows()) lines += 1;
  return lines;
}
