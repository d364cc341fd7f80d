// The product as `npm start` runs it, without the back office: started, killed and started again by the crash tests.
// Prints one line of JSON when it serves: its port, its own process and PostgreSQL's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp, taskHandlers } from '../../apps/server/src/app.ts';
import { followPayments } from '../../apps/server/src/domains/payments/index.ts';
import { readConfig } from '../../apps/server/src/platform/config.ts';
import { findRunningEmbedded } from '../../apps/server/src/platform/database/embedded/index.ts';
import { startWorker } from '../../apps/server/src/platform/jobs/worker.ts';
import { startServices } from '../../apps/server/src/platform/start-services.ts';

const config = readConfig(process.env);
const aheadMs = Number(process.env.CRASH_CLOCK_AHEAD_MS ?? 0);
const clock = { now: () => Temporal.Now.instant().add({ milliseconds: aheadMs }) };
const services = { ...(await startServices(config)), clock };
const app = await buildApp(services);
await startWorker(services, taskHandlers, config.gateway ? [followPayments] : []);
await app.listen({ port: 0, host: '127.0.0.1' });
const address = app.server.address();
const database = await findRunningEmbedded(config.home);
const pid = readFileSync(join(database!.dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0];
process.stdout.write(
  `${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0, databaseUrl: services.databaseUrl, postmasterPid: Number(pid) })}\n`,
);
