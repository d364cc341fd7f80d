import { type Field, isListLike } from '@anlin/contract';
import { type Fen, fen, formatYuan, parseYuan } from '@anlin/money';
import type { Context } from '../platform/context.ts';
import { maskPhone } from './mask-phone.ts';

/** A value of the wire as PostgreSQL takes it. */
export function toColumn(field: Field, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  return field.kind === 'money' ? parseYuan(value as string) : value;
}

/** What PostgreSQL gave, as it goes over the wire. Phones are hidden unless `seesPhones`. */
export function toWire(field: Field, value: unknown, seesPhones: boolean): unknown {
  if (value === null || value === undefined) return isListLike(field) ? [] : null;
  if (field.kind === 'money') return formatYuan(value as Fen);
  if (field.kind === 'phone' && !seesPhones) return maskPhone(value as string);
  return value;
}

/** A sum as PostgreSQL gave it: yuan for money, the field's decimals otherwise. */
export function totalToWire(field: Field, value: string | null): string {
  if (field.kind === 'money') return formatYuan(fen(BigInt(value ?? '0')));
  if (value !== null) return value;
  const scale = field.kind === 'decimal' ? field.scale : 0;
  return scale === 0 ? '0' : `0.${'0'.repeat(scale)}`;
}

/** Whether the actor may see whole phones (EST-12). */
export function seesPhones(ctx: Context): boolean {
  return ctx.permissions.has('resident.reveal');
}

export function isTotalled(field: Field): boolean {
  return (field.kind === 'decimal' || field.kind === 'money') && field.isTotalled === true;
}
