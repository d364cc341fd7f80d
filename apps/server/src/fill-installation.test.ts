import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../test/database.ts';
import { fillInstallation } from './fill-installation.ts';
import { openServices, type RunningServices } from './platform/start-services.ts';

let services: RunningServices;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  const home = await mkdtemp(join(tmpdir(), 'anlin-test-'));
  services = await openServices({ databaseUrl: database.url, home, logLevel: 'silent', maxConnections: 4 });
  drop = async () => {
    await services.stop();
    await database.drop();
    await rm(home, { recursive: true, force: true });
  };
});
afterAll(() => drop());

describe('an installation without the demo', () => {
  it('has no company at its start, and says where to set it up and with which code; each start makes another code', async () => {
    const config = { isDemo: false, host: '127.0.0.1' };
    const codeOf = (lines: string[]) => /初始化码 {2}(\S+)/.exec(lines.join('\n'))?.[1];
    const first = codeOf(await fillInstallation(services, config, () => {}));
    const second = codeOf(await fillInstallation(services, config, () => {}));
    expect(first).toMatch(/^[a-z]{4}-\d{4}-[a-z\d]{4}$/);
    expect(second).not.toBe(first);
    const { rows } = await services.ownerPool.query(
      'select (select count(*)::int from company) as companies, (select count(*)::int from setup_code) as codes',
    );
    expect(rows[0]).toEqual({ companies: 0, codes: 1 });
  });
});
