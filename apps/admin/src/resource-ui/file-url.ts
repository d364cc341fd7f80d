import { fileLinks } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../api/api.ts';

/** A link lives ten minutes; it is asked for anew before that. */
const linkMilliseconds = 8 * 60 * 1000;
/** Files in one question; the server takes a hundred. */
const mostAtOnce = 100;

/** The address a browser shows the file from; undefined until it is there, null when the person may not see the file. */
export function useFileUrl(id: string, size?: 'thumbnail'): string | null | undefined {
  const { data } = useQuery({
    queryKey: ['file', id, 'link'],
    queryFn: () => linkOf(id),
    staleTime: linkMilliseconds,
    gcTime: linkMilliseconds,
    retry: false,
  });
  return data && size ? `${data}&size=${size}` : data;
}

type Answer = (url: string | null) => void;
let waiting = new Map<string, { answer: Answer; fail: (error: unknown) => void }[]>();

/** What a page asks for in one breath, such as the pictures of its rows, goes to the server as one question. */
function linkOf(id: string): Promise<string | null> {
  return new Promise((answer, fail) => {
    if (waiting.size === 0) setTimeout(ask);
    waiting.set(id, [...(waiting.get(id) ?? []), { answer, fail }]);
  });
}

async function ask(): Promise<void> {
  const asked = [...waiting];
  waiting = new Map();
  for (let from = 0; from < asked.length; from += mostAtOnce) {
    const part = asked.slice(from, from + mostAtOnce);
    try {
      const { links } = await call(fileLinks, { query: { ids: part.map(([id]) => id).join() } });
      const urls = new Map(links.map((link) => [link.id, link.url]));
      for (const [id, askers] of part) for (const { answer } of askers) answer(urls.get(id) ?? null);
    } catch (error) {
      for (const [, askers] of part) for (const { fail } of askers) fail(error);
    }
  }
}
