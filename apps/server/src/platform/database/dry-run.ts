import type { Context } from '../context.ts';

/**
 * Does the work, takes all of it back, and returns what it said: a preview that cannot differ from the deed, and a
 * question whether the deed would be refused. The locks it took go with it: who needs them takes them before.
 */
export async function dryRun<T>(ctx: Context, work: () => Promise<T>): Promise<T> {
  const { client } = ctx.tx;
  await client.query('savepoint dry_run');
  try {
    return await work();
  } finally {
    await client.query('rollback to savepoint dry_run');
    await client.query('release savepoint dry_run');
  }
}
