import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { loadDemo } from '../../../apps/server/src/demo/index.ts';
import { openServices } from '../../../apps/server/src/platform/start-services.ts';
import { urlOfDatabase } from '../../../apps/server/test/database.ts';
import { prepareTemplate } from '../../../apps/server/test/prepare-template.ts';
import { startTestServer } from '../../../apps/server/test/test-server.ts';
import { startEmulator } from '../../../tools/emulator/start-emulator.ts';
import { prepareClients } from '../../../tools/start/clients.mjs';
import { startServerProcess } from './server-process.ts';

/** The product as it runs at a customer's, for the whole run of the `browser` project. */
export interface RunningProduct {
  url: string;
  databaseUrl: string;
  /** Its data folder. */
  home: string;
  /** Where pictures of failures go. */
  pictures: string;
  /** Stands in for the providers of messages; `/_emulator/messages` shows what arrived. */
  emulator: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    product: RunningProduct;
  }
}

/** Builds the back office when it changed, loads the demo into a fresh database and starts the server on it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  prepareClients(root, process.execPath, console.log);
  const home = mkdtempSync(join(tmpdir(), 'anlin-browser-home-'));
  const pictures = mkdtempSync(join(tmpdir(), 'anlin-browser-pictures-'));
  const { server, stop } = await startTestServer(async (url) => {
    await prepareTemplate(url);
    const services = await openServices({ databaseUrl: url, home, logLevel: 'silent', maxConnections: 4 });
    await loadDemo(services);
    await services.stop();
  });
  const databaseUrl = urlOfDatabase(server.adminUrl, server.template);
  const emulator = await startEmulator();
  try {
    const product = await startServerProcess(root, {
      DATABASE_URL: databaseUrl,
      ANLIN_HOME: home,
      ANLIN_DEMO: '0',
      ANLIN_EMULATOR: emulator.url,
    });
    project.provide('product', { url: product.url, databaseUrl, home, pictures, emulator: emulator.url });
    return async () => {
      await product.stop();
      await emulator.stop();
      await stop();
      rmSync(home, { recursive: true, force: true });
    };
  } catch (error) {
    await emulator.stop();
    await stop();
    throw error;
  }
}
