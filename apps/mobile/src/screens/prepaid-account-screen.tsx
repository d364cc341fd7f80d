import { listOwnPrepaidMovements } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../app/api.ts';
import { Money } from '../ui/money.tsx';
import { Loaded, Message, Page } from '../ui/page.tsx';

/** What went into a prepaid account and out of it. */
export default function PrepaidAccountScreen({ id }: { id: string }) {
  const account = useQuery({
    queryKey: ['prepaid-account', id],
    queryFn: ({ signal }) => call(listOwnPrepaidMovements, { params: { prepaidAccountId: id }, signal }),
  });
  return (
    <Page title="预存款流水" back="/prepaid">
      <Loaded query={account}>
        {(data) => (
          <div className="stack">
            <section className="card line">
              <div>
                <strong>{data.label}</strong>
                <p className="quiet">{data.targetName}</p>
              </div>
              <strong>
                <Money yuan={data.balance} />
              </strong>
            </section>
            {data.rows.length === 0 ? (
              <Message icon="wallet" title="没有变动" />
            ) : (
              <ul className="rows">
                {data.rows.map((row) => (
                  <li key={row.id} className="row">
                    <div className="row-main">
                      <span>{row.kindLabel}</span>
                      <span className="quiet">
                        {row.movedOn}
                        {row.note && ` · ${row.note}`}
                      </span>
                    </div>
                    <div className="row-end">
                      <span className={row.amount.startsWith('-') ? '' : 'good-text'}>
                        {!row.amount.startsWith('-') && '+'}
                        <Money yuan={row.amount} />
                      </span>
                      <div className="quiet">
                        余额 <Money yuan={row.balance} />
                      </div>
                    </div>
                  </li>
                ))}
              </ul>
            )}
          </div>
        )}
      </Loaded>
    </Page>
  );
}
