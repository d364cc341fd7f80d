import type { Field, ResourceDefinition } from '@anlin/contract';
import type { Values } from './binding.ts';
import { readableValue } from './custom/custom-values.ts';

/** What of a row goes into the audit: everything entered or derived but phones and other personal data (EST-12). Tags as their ids. */
export function auditValues(definition: ResourceDefinition, values: Values): Values {
  const kept: Values = {};
  for (const [key, field] of Object.entries(definition.fields)) {
    if (isPersonal(field) || values[key] === undefined) continue;
    kept[nameIn(key, field)] = definition.isPersonal ? '（已隐去）' : valueIn(field, values[key]);
  }
  return kept;
}

/** Only what differs, as `[before, after]`. Phones are told as changed without their digits. */
export function auditChange(definition: ResourceDefinition, before: Values, after: Values): [Values, Values] {
  const was: Values = {};
  const is: Values = {};
  for (const [key, field] of Object.entries(definition.fields)) {
    if (same(before[key], after[key])) continue;
    const name = nameIn(key, field);
    const isHidden = definition.isPersonal === true || isPersonal(field);
    was[name] = isHidden ? '（已隐去）' : valueIn(field, before[key]);
    is[name] = isHidden ? '（已修改）' : valueIn(field, after[key]);
  }
  return [was, is];
}

/** A company's own field may be renamed or gone when the entry is read: it goes in as people called it then. */
function nameIn(key: string, field: Field): string {
  return field.customFieldId === undefined ? key : field.label;
}

function valueIn(field: Field, value: unknown): unknown {
  if (field.customFieldId === undefined || (field.kind !== 'choice' && field.kind !== 'choices')) return value;
  return readableValue(field, value);
}

function isPersonal(field: Field): boolean {
  return field.kind === 'phone' || field.isPersonal === true;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
