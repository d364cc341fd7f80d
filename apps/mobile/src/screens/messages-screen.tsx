import { listOwnMessages, type OwnMessage, seeOwnMessages } from '@anlin/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call, queryClient, sessionKey } from '../app/api.ts';
import { timeText } from '../ui/day.ts';
import { Loaded, Message, Page, RowLink } from '../ui/page.tsx';

/** What was sent to somebody themselves: results of applications, notices of what is due. */
export default function MessagesScreen() {
  const messages = useInfiniteQuery({
    queryKey: ['messages'],
    queryFn: ({ pageParam, signal }) => call(listOwnMessages, { query: { page: pageParam }, signal }),
    initialPageParam: 1,
    getNextPageParam: (last, _all, page) => (last.hasMore ? page + 1 : undefined),
  });
  const hasNew = (messages.data?.pages[0]?.newCount ?? 0) > 0;
  useEffect(() => {
    if (!hasNew) return;
    // Shown is seen; which were new stays marked until the page is opened again.
    void call(seeOwnMessages, { body: {} }).then(
      () => queryClient.invalidateQueries({ queryKey: sessionKey }),
      () => {},
    );
  }, [hasNew]);
  return (
    <Page title="我的消息" back="/profile">
      <Loaded query={messages}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows);
          if (rows.length === 0)
            return <Message title="还没有消息" text="缴费通知、入住和车辆申请的结果会列在这里，保留半年。" />;
          return (
            <div className="stack">
              <div className="rows">
                {rows.map((row) => (
                  <MessageRow key={row.id} row={row} />
                ))}
              </div>
              {messages.hasNextPage && (
                <button
                  type="button"
                  className="button wide"
                  disabled={messages.isFetchingNextPage}
                  onClick={() => void messages.fetchNextPage()}
                >
                  看更早的
                </button>
              )}
            </div>
          );
        }}
      </Loaded>
    </Page>
  );
}

function MessageRow({ row }: { row: OwnMessage }) {
  const face = (
    <div className="row-main">
      <span>
        {row.title} {row.isNew && <span className="chip danger">新</span>}
      </span>
      {row.body && <span>{row.body}</span>}
      <span className="quiet">{timeText(row.sentAt)}</span>
    </div>
  );
  return row.page === '' ? <div className="row">{face}</div> : <RowLink to={row.page}>{face}</RowLink>;
}
