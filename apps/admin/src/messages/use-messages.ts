import { listMessages, type MessageView, readAllMessages, readMessage } from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/api.ts';
import { useAddress } from '../shell/address.ts';
import { messagesKey } from './messages-key.ts';

export interface MessageConditions {
  page: number;
  pageSize: number;
  state: 'all' | 'unread';
  kind: string | undefined;
}

/** My messages as filtered; opening one marks it read and leads to what it tells of. */
export function useMessages(query: MessageConditions) {
  const queries = useQueryClient();
  const { go } = useAddress();
  const refresh = () => queries.invalidateQueries({ queryKey: messagesKey });
  const { data, error, isFetching } = useQuery({
    queryKey: [...messagesKey, query],
    queryFn: ({ signal }) => call(listMessages, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const read = useMutation({ mutationFn: (id: string) => call(readMessage, { params: { id } }), onSettled: refresh });
  const readAll = useMutation({ mutationFn: () => call(readAllMessages), onSettled: refresh });
  const open = (message: MessageView) => {
    if (message.readAt === null) read.mutate(message.id);
    if (message.link === '') return;
    const { pathname, searchParams } = new URL(message.link, window.location.origin);
    go(pathname, Object.fromEntries(searchParams));
  };
  return { data, error, isFetching, open, readAll };
}
