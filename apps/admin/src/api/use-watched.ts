import type { Endpoint, EndpointReply } from '@anlin/contract';
import { type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

/** While nothing is told by itself, it is asked so often. */
const pollMilliseconds = 1500;
/** Something between may keep back what is told without closing the stream: so it is asked now and then all the same. */
const lookMilliseconds = 15_000;

interface Watching<E extends Endpoint> {
  /** A stream of server-sent events, each the whole of what is watched. */
  endpoint: E;
  params: Record<string, string>;
  queryKey: QueryKey;
  /** The same, asked once. */
  ask: (signal: AbortSignal) => Promise<EndpointReply<E>>;
  isOver: (state: EndpointReply<E>) => boolean;
}

/**
 * How something stands, shown as soon as the server tells of a change; asked for again and again only while the stream is down.
 * Watches until it is over.
 */
export function useWatched<E extends Endpoint>({ endpoint, params, queryKey, ask, isOver }: Watching<E>) {
  const queries = useQueryClient();
  const [isTold, setIsTold] = useState(false);
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const key = JSON.stringify(queryKey);
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => ask(signal),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isOver(state.data) ? false : isTold ? lookMilliseconds : pollMilliseconds,
    gcTime: 0,
  });
  const isDone = query.data !== undefined && isOver(query.data);
  useEffect(() => {
    if (isDone || typeof EventSource === 'undefined') return;
    const source = new EventSource(path);
    source.onmessage = (event) => {
      setIsTold(true);
      queries.setQueryData(JSON.parse(key) as QueryKey, JSON.parse(String(event.data)));
    };
    // The browser tries again by itself, unless it was refused.
    source.onerror = () => setIsTold(false);
    return () => source.close();
  }, [path, key, isDone, queries]);
  return query;
}
