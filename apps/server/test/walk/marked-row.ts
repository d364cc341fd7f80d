import type { Context } from '../../src/platform/context.ts';
import { nowText } from '../../src/platform/context.ts';
import { identifier, join, sql } from '../../src/platform/database/sql.ts';

export type Values = Record<string, unknown>;

/** Where rows of a marked company are added, and the marks they carry: of its community, and of the whole company. */
export interface MarkedPlace {
  communityId: string;
  houseId: string;
  billIds: readonly string[];
  mark: string;
  companyMark: string;
  staffId: string;
}

/**
 * Adds a row: the given values, and for every other column that must be filled a plain value of its type, the mark for
 * text. Columns with checks of their own must be given. Returns the id.
 */
export async function addRow(ctx: Context, table: string, mark: string, given: Values): Promise<string> {
  const columns = await ctx.tx.rows<{ name: string; type: string }>(sql`
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a
    where a.attrelid = ${table}::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
      and (a.attnotnull and not a.atthasdef or a.attname = any (${Object.keys(given)}))`);
  const id = typeof given.id === 'string' ? given.id : ctx.newId();
  const base: Values = { company_id: ctx.companyId, id, ...given };
  const entries = columns.map(
    ({ name, type }) => [name, name in base ? base[name] : plainValue(ctx, type, mark)] as const,
  );
  const names = join(entries.map(([name]) => identifier(name)));
  await ctx.tx.ad(sql`insert into ${identifier(table)} (${names}) values (${join(entries.map(([, value]) => value))})`);
  return id;
}

function plainValue(ctx: Context, type: string, mark: string): unknown {
  if (type === 'text') return mark;
  if (type.startsWith('timestamp')) return nowText(ctx);
  if (type === 'date') return '2026-03-01';
  if (type === 'boolean') return false;
  if (type === 'jsonb') return '{}';
  if (type === 'uuid') return ctx.newId();
  if (type === 'bytea') return Buffer.from(mark);
  if (type === 'uuid[]') return [ctx.newId()];
  return 1;
}
