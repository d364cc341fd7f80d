import type { TestApp } from './test-app.ts';

const betweenLooksMs = 20;
/** A minute: whoever has begun comes to the lock long before, however busy the machine is. */
const mostLooks = 3000;

/** Until so many sessions of the test's database wait for locks that others hold, or it is no longer asked. */
export async function untilWaiting(server: TestApp, count = 1, isOver = () => false): Promise<void> {
  for (let look = 0; look < mostLooks && !isOver(); look += 1) {
    const { rows } = await server.services.ownerPool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, betweenLooksMs));
  }
  if (!isOver()) throw new Error('nobody waits for a lock');
}
