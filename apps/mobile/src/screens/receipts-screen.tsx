import { listOwnReceipts } from '@anlin/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { call } from '../app/api.ts';
import { useCommunity } from '../app/session.ts';
import { Money } from '../ui/money.tsx';
import { Loaded, Message, Page, RowLink } from '../ui/page.tsx';
import { MoneyTabs } from './money-tabs.tsx';

/** What was paid, newest first. */
export default function ReceiptsScreen() {
  const community = useCommunity();
  const receipts = useInfiniteQuery({
    queryKey: ['receipts', community.id],
    queryFn: ({ pageParam, signal }) =>
      call(listOwnReceipts, { query: { communityId: community.id, page: pageParam }, signal }),
    initialPageParam: 1,
    getNextPageParam: (last, _all, page) => (last.hasMore ? page + 1 : undefined),
  });
  return (
    <Page title="物业缴费">
      <div className="stack">
        <MoneyTabs />
        <Loaded query={receipts}>
          {({ pages }) => {
            const rows = pages.flatMap((page) => page.rows);
            if (rows.length === 0)
              return <Message icon="receipt" title="还没有缴费记录" text="缴费后，收据会列在这里。" />;
            return (
              <>
                <div className="rows">
                  {rows.map((row) => (
                    <RowLink key={row.id} to={`/receipt/${row.id}`}>
                      <div className="row-main">
                        <span>{row.summary || `收据 ${row.number}`}</span>
                        <span className="quiet">
                          {row.receivedOn} · {row.targetName} · {row.methods}
                        </span>
                      </div>
                      <div className="row-end">
                        <Money yuan={row.total} />
                        {row.state === 'reversed' && (
                          <div>
                            <span className="chip danger">已撤销</span>
                          </div>
                        )}
                      </div>
                    </RowLink>
                  ))}
                </div>
                {receipts.hasNextPage && (
                  <button
                    type="button"
                    className="button wide"
                    disabled={receipts.isFetchingNextPage}
                    onClick={() => void receipts.fetchNextPage()}
                  >
                    看更早的
                  </button>
                )}
              </>
            );
          }}
        </Loaded>
      </div>
    </Page>
  );
}
