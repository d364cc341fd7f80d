import { type DueBill, type DuePlace, missingByOrder, paymentOrderHints } from '@anlin/contract';
import { useState } from 'react';
import { go, Link } from '../app/router.tsx';
import { useCommunity } from '../app/session.ts';
import { isZero, Money, sumYuan } from '../ui/money.tsx';
import { Loaded, Message, Page } from '../ui/page.tsx';
import { MoneyTabs } from './money-tabs.tsx';
import { PaySheet } from './pay-sheet.tsx';
import { useDues } from './queries.ts';

/** What is due, all of it chosen: pay, or take some off first. */
export function DuesScreen() {
  const community = useCommunity();
  const dues = useDues(community.id);
  return (
    <Page title="物业缴费">
      <div className="stack">
        <MoneyTabs />
        <Loaded query={dues}>
          {(data) =>
            data.places.length === 0 ? (
              <Message
                icon="done"
                title="都缴清了"
                text={`${community.name}没有待缴的账单。`}
                action={{ label: '预缴以后的费用', run: () => go('/advance') }}
              />
            ) : (
              <DuesChoice places={data.places} />
            )
          }
        </Loaded>
      </div>
    </Page>
  );
}

/** All bills chosen, or those of one place where `preset` names it; some may be taken off or added. */
export function DuesChoice({ places, preset }: { places: readonly DuePlace[]; preset?: string | undefined }) {
  const community = useCommunity();
  const bills = places.flatMap((place) => place.bills);
  const payable = bills.filter((bill) => bill.blockedBy === '');
  const [dropped, setDropped] = useState<ReadonlySet<string>>(
    () => new Set(bills.filter((bill) => preset !== undefined && bill.targetId !== preset).map(({ id }) => id)),
  );
  const [isPaying, setPaying] = useState(false);
  const chosen = payable.filter(({ id }) => !dropped.has(id));
  const chosenIds = new Set(chosen.map(({ id }) => id));
  const missing = missingByOrder(community.paymentOrder, payable, chosenIds, community.today);
  const hint = paymentOrderHints[community.paymentOrder];
  const set = (ids: readonly string[], isChosen: boolean) =>
    setDropped((before) => {
      const next = new Set(before);
      for (const id of ids) {
        if (isChosen) next.delete(id);
        else next.add(id);
      }
      return next;
    });
  return (
    <>
      {hint && <p className="notice">{hint}。</p>}
      {places.map((place) => (
        <Place key={place.id} place={place} chosenIds={chosenIds} onChoose={set} />
      ))}
      {missing.length > 0 && (
        <div className="wrong line" role="alert">
          <span>
            {hint}，还要选上 {missing.length} 笔。
          </span>
          <button type="button" className="button danger" onClick={() => set(missing, true)}>
            一起选上
          </button>
        </div>
      )}
      <div className="pay-bar">
        <div aria-live="polite">
          <div className="quiet">已选 {chosen.length} 笔</div>
          <strong>
            <Money yuan={sumYuan(chosen.map((bill) => bill.toPay))} />
          </strong>
        </div>
        <button
          type="button"
          className="button primary"
          disabled={chosen.length === 0 || missing.length > 0}
          onClick={() => setPaying(true)}
        >
          去支付
        </button>
      </div>
      {isPaying && <PaySheet places={places} chosen={chosen} onClose={() => setPaying(false)} />}
    </>
  );
}

function Place({
  place,
  chosenIds,
  onChoose,
}: {
  place: DuePlace;
  chosenIds: ReadonlySet<string>;
  onChoose: (ids: readonly string[], isChosen: boolean) => void;
}) {
  const payable = place.bills.filter((bill) => bill.blockedBy === '').map(({ id }) => id);
  const isWhole = payable.length > 0 && payable.every((id) => chosenIds.has(id));
  return (
    <section className="rows" aria-label={place.name}>
      <label className="row">
        <input
          type="checkbox"
          className="check"
          checked={isWhole}
          disabled={payable.length === 0}
          onChange={(event) => onChoose(payable, event.target.checked)}
          aria-label={`${place.name} 全选`}
        />
        <strong className="row-main">{place.name}</strong>
        <strong className="row-end">
          <Money yuan={place.toPay} />
        </strong>
      </label>
      {place.bills.map((bill) => (
        <BillRow
          key={bill.id}
          bill={bill}
          isChosen={chosenIds.has(bill.id)}
          onChoose={(isChosen) => onChoose([bill.id], isChosen)}
        />
      ))}
    </section>
  );
}

function BillRow({
  bill,
  isChosen,
  onChoose,
}: {
  bill: DueBill;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
}) {
  const name = `${bill.chargeItemName} ${bill.periodText}`;
  return (
    <div className="row">
      <input
        type="checkbox"
        className="check"
        checked={isChosen}
        disabled={bill.blockedBy !== ''}
        onChange={(event) => onChoose(event.target.checked)}
        aria-label={name}
      />
      <Link to={`/bills/${bill.id}`} className="row-main" aria-label={`${name}，看怎么算的`}>
        <span>
          {bill.chargeItemName} {bill.isOverdue && <span className="chip danger">已到期</span>}
        </span>
        <span className="quiet">{bill.blockedBy === '' ? bill.periodText : bill.blockedBy}</span>
      </Link>
      <div className="row-end">
        <Money yuan={bill.toPay} />
        {!isZero(bill.lateFee) && (
          <div className="quiet danger-text">
            含违约金 <Money yuan={bill.lateFee} />
          </div>
        )}
      </div>
    </div>
  );
}
