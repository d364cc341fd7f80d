import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { buildApp, sweeps, taskHandlers } from './app.ts';
import { openDemoChannel, startDemoEmulator } from './demo/index.ts';
import { fillInstallation } from './fill-installation.ts';
import { type Config, readConfig } from './platform/config.ts';
import { serveClients } from './platform/http/serve-clients.ts';
import { startWorker } from './platform/jobs/worker.ts';
import { startServices } from './platform/start-services.ts';

/**
 * What is under way may end; after that the process goes all the same. Nothing acknowledged is lost by it, tasks are
 * taken up again, and the next start takes over the database.
 */
const stopSeconds = 30;

/** Everything in one process: database, HTTP, background work. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const started = await startServices(config, say);
  const signIns = await fillInstallation(started, config, say).catch(async (error) => {
    await started.stop();
    throw error;
  });
  const emulator = config.isDemo ? await startDemoEmulator(started) : undefined;
  const services = emulator ? { ...started, gateway: emulator.gateway } : started;
  const app = await buildApp(services);
  const folderOf = (client: string) => fileURLToPath(new URL(`../../${client}/dist`, import.meta.url));
  await serveClients(app, { backOffice: folderOf('admin'), residents: folderOf('mobile') }, services.gateway);
  await app.listen({ port: config.port, host: config.host });
  // Work left from before, such as sealing a year of demo entries, does not keep people waiting.
  const working = startWorker({ ...services, pool: services.backgroundPool }, taskHandlers, sweeps);
  const stop = once(async () => {
    say('正在停止…');
    const patience = setTimeout(() => process.exit(1), stopSeconds * 1000);
    await app.close();
    await (await working).stop();
    emulator?.stop();
    await services.stop();
    clearTimeout(patience);
    process.exit(0);
  });
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const address = greet(config, app, signIns);
  await working;
  if (emulator) await openDemoChannel(services, emulator.gateway, address);
}

function greet(config: Config, app: FastifyInstance, signIns: readonly string[]): string {
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  say([`安邻已启动：http://localhost:${port}`, ...signIns].join('\n'));
  return `http://127.0.0.1:${port}`;
}

function say(message: string): void {
  process.stdout.write(`${message}\n`);
}

function once(work: () => Promise<void>): () => void {
  let isStarted = false;
  return () => {
    if (isStarted) return;
    isStarted = true;
    void work();
  };
}

main().catch((error: Error) => {
  process.stderr.write(`启动失败：${error.message}\n`);
  if (error.cause) process.stderr.write(`${String(error.cause)}\n`);
  process.exit(1);
});
