// `npm test`: everything CI runs, from a fresh clone. Plain JavaScript for any Node from 20 on: it installs what is
// missing with the same steps as `npm start`, then hands over to the bundled Node.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prepareDependencies } from './start/dependencies.mjs';
import { prepareRuntime } from './start/runtime.mjs';
import { StartError } from './start/start-error.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (/** @type {string} */ message) => console.log(message);

try {
  prepareDependencies(root, say);
  const node = prepareRuntime(root, say);
  const result = spawnSync(node, ['tools/test/run.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
  process.exitCode = result.status ?? 1;
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
