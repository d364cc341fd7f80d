import { getTask, raiseBills } from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { addItem } from '../../domains/charging/charging.fixture.ts';
import { startWorker } from './worker.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

it('lives on when a job fails, writes down why, and does it again until it succeeds', async () => {
  const company = await server.company();
  const supervisor = await company.person('收费主管');
  const chargeItemId = await company.run((ctx) => addItem(ctx, { name: '物业管理费' }));
  let runs = 0;
  const worker = await startWorker(server.services, {
    ...taskHandlers,
    raiseBills: async (run) => {
      runs += 1;
      if (runs === 1) throw Object.assign(new Error('the database went away'), { code: '57P01' });
      return taskHandlers.raiseBills(run);
    },
  });
  try {
    const { communityId } = company;
    const body = { communityId, chargeItemIds: [chargeItemId], monthFrom: '2026-03', monthTo: '2026-03' };
    const { taskId } = await supervisor.call(raiseBills, { body });
    const reasons = new Set<string>();
    for (let look = 0; look < 2400; look += 1) {
      const { rows } = await server.services.ownerPool.query<{ last_error: string | null }>(
        `select last_error from graphile_worker.jobs where task_identifier = 'runTask' and last_error is not null`,
      );
      for (const row of rows) reasons.add(row.last_error ?? '');
      if ((await supervisor.call(getTask, { params: { id: taskId } })).state === 'done') break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await supervisor.call(getTask, { params: { id: taskId } })).state).toBe('done');
    expect(runs).toBe(2);
    expect([...reasons]).toEqual(['the database went away']);
  } finally {
    await worker.stop();
  }
});
