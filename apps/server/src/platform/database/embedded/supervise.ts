import type { HomeLock } from './home-lock.ts';
import { type LaunchPlan, launchPostmaster, type RunningPostmaster } from './launch.ts';
import { postgresProcessState } from './process-state.ts';
import { stopPostmaster } from './stop.ts';

const lookEveryMs = 500;
const calmMs = 60_000;
const mostRestartsBeforeCalm = 5;

/**
 * Looks after a running PostgreSQL: when it dies it is started again on the same port, so that pools reconnect by
 * themselves. Looking at the process works alike for one we started and one we took over.
 * @returns stop: ends the watch, stops PostgreSQL and frees the home; further calls return the same promise
 */
export function keepRunning(plan: LaunchPlan, first: RunningPostmaster, lock: HomeLock): () => Promise<void> {
  let running = first;
  let restarts = 0;
  let lastRestart = 0;
  let restarting: Promise<void> | null = null;
  let stopping: Promise<void> | null = null;

  const restart = async () => {
    if (Date.now() - lastRestart > calmMs) restarts = 0;
    if (restarts >= mostRestartsBeforeCalm) return;
    restarts += 1;
    lastRestart = Date.now();
    plan.log('内置数据库意外退出，正在重新启动…');
    try {
      running = await launchPostmaster(plan, first.port);
      plan.log('内置数据库已恢复');
    } catch (error) {
      plan.log(error instanceof Error ? error.message : String(error));
    }
  };
  const look = () => {
    if (restarting || stopping || postgresProcessState(running.pid) === 'running') return;
    restarting = restart().finally(() => {
      restarting = null;
    });
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();

  const stop = async () => {
    clearInterval(timer);
    await restarting;
    await stopPostmaster(running, plan.location.dataDirectory, plan.binaries);
    lock.release();
  };
  return () => {
    stopping ??= stop();
    return stopping;
  };
}
