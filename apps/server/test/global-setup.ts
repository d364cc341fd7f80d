import type { TestProject } from 'vitest/node';
import { prepareTemplate } from './prepare-template.ts';
import { startTestServer } from './test-server.ts';

/** One PostgreSQL for the whole run of the `server` project; each test file copies the template it prepares. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await startTestServer(prepareTemplate);
  project.provide('testServer', server);
  return stop;
}
