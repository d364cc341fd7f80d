// A server process for the supervisor's tests: starts the database of argv[2], prints what it got, stays until killed.
import { startEmbedded } from './index.ts';

const [, , home = '', binariesFolder, reachableRoot] = process.argv;
try {
  const database = await startEmbedded({
    home,
    ...(binariesFolder ? { binariesFolder } : {}),
    ...(reachableRoot ? { reachableRoot } : {}),
  });
  process.once('SIGTERM', () => void database.stop().then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify({ url: database.url, adopted: database.adopted, pid: process.pid })}\n`);
  setInterval(() => {}, 1000);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ failure: error instanceof Error ? error.message : String(error) })}\n`);
}
