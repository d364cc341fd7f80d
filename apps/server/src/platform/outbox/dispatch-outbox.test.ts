import { readFile } from 'node:fs/promises';
import { listMessages } from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/test-app.ts';
import { dispatchOutbox } from './dispatch-outbox.ts';
import { putEvent } from './put-event.ts';

const screensFile = new URL('../../../../admin/src/screens/index.tsx', import.meta.url);

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

it('puts each event into the inbox once, with a link to a page that exists', async () => {
  const company = await server.company();
  const cashier = await company.person('收银员');
  const { staffId } = cashier;
  const id = company.communityId;
  await company.run(async (ctx) => {
    await putEvent(ctx, 'task.finished', { taskId: id, staffId, title: '生成账单', state: 'done', error: null });
    await putEvent(ctx, 'receipt.reversed', {
      receiptId: id,
      communityId: id,
      totalFen: '27580',
      cashierStaffId: staffId,
      number: 'CH202603-000001',
      reason: '收错了',
    });
  });
  expect(await company.run(dispatchOutbox)).toBe(2);
  expect(await company.run(dispatchOutbox)).toBe(0);
  // As after a crash between the messages and the mark: the same events once more.
  await company.run((ctx) => ctx.tx.client.query('update outbox_event set dispatched_at = null'));
  await company.run(dispatchOutbox);
  const { rows, unread } = await cashier.call(listMessages, { query: {} });
  expect(rows.map((row) => row.title).sort()).toEqual(['收据 CH202603-000001 已撤销', '生成账单已完成']);
  expect(unread).toBe(2);
  const screens = await readFile(screensFile, 'utf8');
  for (const { link } of rows) expect(screens).toContain(`path: '${link.split('?')[0]}'`);
});
