import { printFail } from '@anlin/contract';
import type { z } from 'zod';

/** A list's filter as its own endpoint reads it; 422 when it does not. */
export function readFilter<Schema extends z.ZodType>(
  schema: Schema,
  filter: Readonly<Record<string, string>>,
): z.output<Schema> {
  const parsed = schema.safeParse(filter);
  if (parsed.success) return parsed.data;
  throw printFail('print.badFilter', { reason: parsed.error.issues[0]?.message ?? '无法识别' });
}
