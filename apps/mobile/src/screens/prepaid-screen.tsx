import { useState } from 'react';
import { useCommunity } from '../app/session.ts';
import { Money } from '../ui/money.tsx';
import { Loaded, Message, Page, RowLink } from '../ui/page.tsx';
import { usePrepaid } from './queries.ts';
import { TopUpSheet } from './top-up-sheet.tsx';

/** Money kept ahead, and putting more in. */
export default function PrepaidScreen() {
  const community = useCommunity();
  const prepaid = usePrepaid(community.id);
  const [isOpen, setOpen] = useState(false);
  return (
    <Page title="预存款" back="/">
      <Loaded query={prepaid}>
        {(data) => (
          <div className="stack">
            <section className="due-card">
              <div>预存款余额</div>
              <div className="line">
                <Money yuan={data.total} large />
                {data.targets.length > 0 && (
                  <button type="button" className="go" style={{ border: 0 }} onClick={() => setOpen(true)}>
                    存入
                  </button>
                )}
              </div>
              <div className="below">可以用来抵扣以后的账单</div>
            </section>
            {data.rows.length === 0 ? (
              <Message icon="wallet" title="还没有预存款" text="存入后，余额和每一笔变动都能在这里看到。" />
            ) : (
              <div className="rows">
                {data.rows.map((row) => (
                  <RowLink key={row.id} to={`/prepaid-account/${row.id}`}>
                    <div className="row-main">
                      <span>{row.label}</span>
                      <span className="quiet">{row.targetName}</span>
                    </div>
                    <Money yuan={row.balance} />
                  </RowLink>
                ))}
              </div>
            )}
            {isOpen && <TopUpSheet targets={data.targets} onClose={() => setOpen(false)} />}
          </div>
        )}
      </Loaded>
    </Page>
  );
}
