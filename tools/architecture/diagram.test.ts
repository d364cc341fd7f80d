import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { drawDiagram } from './diagram.ts';

it('the diagram in docs/ARCHITECTURE.md is drawn from the edges that are checked', () => {
  const page = readFileSync(new URL('../../docs/ARCHITECTURE.md', import.meta.url), 'utf8');
  expect(page).toContain(drawDiagram());
});
