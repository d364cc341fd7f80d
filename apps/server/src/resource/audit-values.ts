import type { Field, ResourceDefinition } from '@anlin/contract';
import type { Values } from './binding.ts';

/** What of a row goes into the audit: everything entered or derived but phones and other personal data (EST-12). Tags as their ids. */
export function auditValues(definition: ResourceDefinition, values: Values): Values {
  const kept: Values = {};
  for (const [key, field] of Object.entries(definition.fields)) {
    if (isPersonal(field) || values[key] === undefined) continue;
    kept[key] = values[key];
  }
  return kept;
}

/** Only what differs, as `[before, after]`. Phones are told as changed without their digits. */
export function auditChange(definition: ResourceDefinition, before: Values, after: Values): [Values, Values] {
  const was: Values = {};
  const is: Values = {};
  for (const [key, field] of Object.entries(definition.fields)) {
    if (same(before[key], after[key])) continue;
    was[key] = isPersonal(field) ? '（已隐去）' : before[key];
    is[key] = isPersonal(field) ? '（已修改）' : after[key];
  }
  return [was, is];
}

function isPersonal(field: Field): boolean {
  return field.kind === 'phone' || field.isPersonal === true;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
