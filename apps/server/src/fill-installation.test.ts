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
  it('opens its first company with charge items and payment methods, so that money can be taken, and only once', async () => {
    const config = { isDemo: false, adminPhone: '13800000000', host: '127.0.0.1' };
    const lines = await fillInstallation(services, config, () => {});
    expect(lines.join('\n')).toContain('13800000000');
    const { rows } = await services.ownerPool.query(
      'select (select count(*)::int from company) as companies, (select count(*)::int from charge_item) as items, (select count(*)::int from payment_method) as methods',
    );
    expect(rows[0]).toMatchObject({ companies: 1, items: 10 });
    expect(rows[0].methods).toBeGreaterThan(2);
    expect(await fillInstallation(services, config, () => {})).toEqual([]);
  });
});
