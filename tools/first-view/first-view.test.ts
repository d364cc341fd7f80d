import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { prepareClients } from '../start/clients.mjs';
import { firstViewBytes } from './first-view.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'apps/admin/dist');
const mostBytes = 400_000;

// Builds only when the sources changed since the last build.
beforeAll(() => prepareClients(root, process.execPath, () => {}), 180_000);

const estate = 'src/screens/estate';
test.each([
  ['the sign-in page', ['src/session/sign-in-page.tsx']],
  ['the communities', [`${estate}/community-screen.tsx`]],
  ['the houses with their tree', [`${estate}/house-screen.tsx`, `${estate}/house-tree.tsx`]],
  ['the vehicles', [`${estate}/vehicle-screen.tsx`]],
  ['the bills', ['src/screens/charging/bill-screen.tsx']],
])('whoever opens %s first loads at most 400 kB of script', (_, pages) => {
  expect(firstViewBytes(dist, pages)).toBeLessThanOrEqual(mostBytes);
});

test.each([
  ['the sign-in page', ['src/screens/sign-in-screen.tsx']],
  ['what is due', []],
  ['a link to pay for somebody', ['src/screens/pay-link-screen.tsx']],
])('a resident who opens %s first loads at most 220 kB of script', (_, pages) => {
  expect(firstViewBytes(join(root, 'apps/mobile/dist'), pages)).toBeLessThanOrEqual(220_000);
});
