import * as contract from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { type Route, route } from '../http/route.ts';
import type { ToDoSource } from './to-do.ts';

/** Counts of what waits for the actor, in the order of the sources; kinds of which nothing waits are left out. */
async function countToDos(ctx: Context, sources: readonly ToDoSource[]): Promise<contract.ToDo[]> {
  const rows: contract.ToDo[] = [];
  for (const { key, label, permission, path, query = {}, count } of sources) {
    if (permission !== 'signedIn' && !ctx.permissions.has(permission)) continue;
    const waiting = await count(ctx);
    if (waiting > 0) rows.push({ key, label, count: waiting, path, query: { ...query } });
  }
  return rows;
}

/** Everything a person set up for themselves, by key. */
export async function readPreferences(ctx: Context): Promise<Record<string, unknown>> {
  const rows = await ctx.tx.rows<{ key: string; value: unknown }>(sql`select key, value from staff_preference
    where company_id = ${ctx.companyId} and staff_id = ${ctx.actor.id}`);
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}

async function writePreference(ctx: Context, key: string, value: unknown): Promise<void> {
  if (value === null) {
    await ctx.tx.run(sql`delete from staff_preference
      where company_id = ${ctx.companyId} and staff_id = ${ctx.actor.id} and key = ${key}`);
    return;
  }
  const held = await ctx.tx.first<{ count: number }>(sql`select count(*)::int as count from staff_preference
    where company_id = ${ctx.companyId} and staff_id = ${ctx.actor.id} and key <> ${key}`);
  if (held!.count >= contract.mostPreferences)
    throw platformFail('preference.tooMany', { most: contract.mostPreferences });
  await ctx.tx.run(sql`insert into staff_preference (company_id, id, staff_id, key, value, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${ctx.actor.id}, ${key}, ${JSON.stringify(value)}, ${nowText(ctx)})
    on conflict (company_id, staff_id, key) do update set value = excluded.value, updated_at = excluded.updated_at`);
}

/** The console (PLT-7): what waits, and what a person arranged for themselves. */
export const consoleRoutes = (sources: readonly ToDoSource[]): Route[] => [
  route(contract.listToDos, async (ctx) => ({ rows: await countToDos(ctx, sources) })),
  route(contract.writePreference, async (ctx, { params, body }) => {
    await writePreference(ctx, params.key, body.value);
    return contract.okReply;
  }),
];
