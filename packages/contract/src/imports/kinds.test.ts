import { expect, it } from 'vitest';
import * as contract from '../index.ts';
import type { ResourceDefinition } from '../resource/definition.ts';

it('every list that names a right to import can be imported, so that its page may offer it', () => {
  const isDefinition = (value: unknown): value is ResourceDefinition =>
    typeof value === 'object' && value !== null && 'permissions' in value && 'fields' in value;
  const importable = (Object.values(contract) as unknown[])
    .filter(isDefinition)
    .filter(({ permissions }) => permissions.import !== undefined);
  expect(importable.length).toBeGreaterThan(15);
  expect(importable.filter(({ name }) => !contract.isImportKindName(name)).map(({ name }) => name)).toEqual([]);
});
