import type pg from 'pg';
import type { Services } from '../services.ts';

/** Whoever waits for something to happen to one thing. */
export interface Listener {
  /** It happened, once or several times. */
  onNotice(): void;
  /** Nothing more will be heard: the database went away, or the process ends. */
  onLost(): void;
}

export interface LiveNotices {
  /** Listens to a topic; returns how to stop. Rejects when the database can't be reached or too many listen already. */
  listen(topic: string, listener: Listener): Promise<() => void>;
  /** Everybody is told that nothing more comes. */
  close(): void;
}

/** The channel of PostgreSQL that triggers notify; its messages are topics, and tell nothing else. */
const channelName = 'anlin_live';
const mostListeners = 500;

const known = new WeakMap<pg.Pool, LiveNotices>();

/**
 * What happens in the database, told at once to whoever waits for it in this process (LISTEN). One connection serves all; it is taken
 * when the first one listens and given back when the last one stops. Who listens must have been allowed to: notices carry no data.
 */
export function liveNoticesOf({ pool }: Pick<Services, 'pool'>): LiveNotices {
  const notices = known.get(pool) ?? makeLiveNotices(pool);
  known.set(pool, notices);
  return notices;
}

function makeLiveNotices(pool: pg.Pool): LiveNotices {
  const topics = new Map<string, Set<Listener>>();
  let connecting: Promise<pg.PoolClient> | undefined;
  let count = 0;

  async function connect(): Promise<pg.PoolClient> {
    const client = await pool.connect();
    try {
      client.on('notification', hear);
      client.on('error', lose);
      client.on('end', lose);
      await client.query(`listen ${channelName}`);
      return client;
    } catch (error) {
      release(client);
      throw error;
    }
  }

  function hear({ payload = '' }: pg.Notification): void {
    for (const listener of [...(topics.get(payload) ?? [])]) listener.onNotice();
  }

  /** The connection is thrown away rather than used again: it would go on hearing. */
  function release(client: pg.PoolClient): void {
    client.off('notification', hear);
    client.off('error', lose);
    client.off('end', lose);
    client.release(true);
  }

  function lose(): void {
    const lost = [...topics.values()].flatMap((listeners) => [...listeners]);
    topics.clear();
    count = 0;
    letGo();
    for (const listener of lost) listener.onLost();
  }

  function letGo(): void {
    const gone = connecting;
    connecting = undefined;
    void gone?.then(release, () => {});
  }

  function stop(topic: string, listener: Listener): void {
    const listeners = topics.get(topic);
    if (!listeners?.delete(listener)) return;
    count -= 1;
    if (listeners.size === 0) topics.delete(topic);
    if (count === 0) letGo();
  }

  return {
    async listen(topic, listener) {
      if (count >= mostListeners) throw new Error(`more than ${mostListeners} listen`);
      count += 1;
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(listener));
      connecting ??= connect();
      try {
        await connecting;
      } catch (error) {
        connecting = undefined;
        stop(topic, listener);
        throw error;
      }
      return () => stop(topic, listener);
    },
    close: lose,
  };
}
