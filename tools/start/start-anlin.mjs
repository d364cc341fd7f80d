import { fileURLToPath } from 'node:url';
import { prepareClients } from './clients.mjs';
import { prepareDependencies } from './dependencies.mjs';
import { runServer } from './run-server.mjs';
import { prepareRuntime } from './runtime.mjs';
import { StartError } from './start-error.mjs';

/**
 * Installs what is missing, builds what has changed, then runs the server until it ends.
 * @param {URL} rootUrl the repository
 * @param {string[]} args handed on to the server
 * @returns {Promise<number>} the exit code
 */
export async function start(rootUrl, args) {
  const root = fileURLToPath(rootUrl);
  const say = (/** @type {string} */ message) => console.log(message);
  try {
    prepareDependencies(root, say);
    const node = prepareRuntime(root, say);
    prepareClients(root, node, say);
    return await runServer(root, node, args);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(`\n${error.message}`);
    return 1;
  }
}
