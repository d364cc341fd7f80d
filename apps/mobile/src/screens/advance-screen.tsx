import { type AdvancePreview, previewOwnAdvance } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../app/api.ts';
import { go } from '../app/router.tsx';
import { useCommunity } from '../app/session.ts';
import { addMonths, monthText } from '../ui/day.ts';
import { Choices, Field } from '../ui/field.tsx';
import { Money } from '../ui/money.tsx';
import { Loaded, Message, Page } from '../ui/page.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { PayForm, usePaymentWays } from './pay-sheet.tsx';
import { usePrepaid } from './queries.ts';

/** As far as the server goes. */
const mostMonths = 36;

/** Paying for months to come: up to when, what it comes to and why, and the way to pay it. */
export default function AdvanceScreen() {
  const community = useCommunity();
  const targets = usePrepaid(community.id);
  return (
    <Page title="预缴费用" back="/dues">
      <Loaded query={targets}>
        {(data) =>
          data.targets.length === 0 ? (
            <Message title="没有可以预缴的房屋" text="请联系服务中心。" />
          ) : (
            <Advance targets={data.targets} />
          )
        }
      </Loaded>
    </Page>
  );
}

type Targets = NonNullable<ReturnType<typeof usePrepaid>['data']>['targets'];

function Advance({ targets }: { targets: Targets }) {
  const community = useCommunity();
  const thisMonth = community.today.slice(0, 7);
  const [targetId, setTargetId] = useState(targets[0]!.id);
  const [monthTo, setMonthTo] = useState(() => yearEnd(thisMonth));
  const target = targets.find(({ id }) => id === targetId)!;
  const wanted = { targetKind: target.kind, targetId, monthTo };
  const preview = useQuery({
    queryKey: ['dues', 'advance', community.id, targetId, monthTo],
    queryFn: ({ signal }) => call(previewOwnAdvance, { body: { communityId: community.id, ...wanted }, signal }),
  });
  return (
    <div className="stack">
      <section className="card stack">
        {targets.length > 1 && (
          <Choices
            label="给哪里预缴"
            options={targets.map(({ id, name }) => ({ value: id, label: name }))}
            value={targetId}
            onChange={setTargetId}
          />
        )}
        <Field label="缴到哪个月" hint="按现在的收费标准计算">
          {(ids) => (
            <select {...ids} className="input" value={monthTo} onChange={(event) => setMonthTo(event.target.value)}>
              {Array.from({ length: mostMonths + 1 }, (_, count) => addMonths(thisMonth, count)).map((month) => (
                <option key={month} value={month}>
                  {monthText(month)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </section>
      <Loaded query={preview}>{(data) => <Result preview={data} wanted={wanted} name={target.name} />}</Loaded>
    </div>
  );
}

/** December, or next year's where that is less than half a year away. */
function yearEnd(month: string): string {
  const year = Number(month.slice(0, 4));
  return Number(month.slice(5)) > 6 ? `${year + 1}-12` : `${year}-12`;
}

interface Wanted {
  targetKind: Targets[number]['kind'];
  targetId: string;
  monthTo: string;
}

function Result({ preview, wanted, name }: { preview: AdvancePreview; wanted: Wanted; name: string }) {
  const [isPaying, setPaying] = useState(false);
  if (preview.lines.length === 0)
    return (
      <Message
        icon="done"
        title="这之前的账单都已经有了"
        text={`${name}到${monthText(wanted.monthTo)}没有还要预缴的费用。${preview.leftOut.length > 0 ? '按表计量的费用抄表后才有账单。' : ''}`}
        action={{ label: '看待缴账单', run: () => go('/dues') }}
      />
    );
  return (
    <>
      {preview.blockedBy !== '' && (
        <div className="wrong line" role="alert">
          <span>{preview.blockedBy}。</span>
          <button type="button" className="button danger" onClick={() => go('/dues')}>
            去付清
          </button>
        </div>
      )}
      <section aria-label="预缴明细">
        <ul className="rows">
          {preview.lines.map((line) => (
            <li key={`${line.name} ${line.periodFrom}`} className="row">
              <div className="row-main">
                <span>{line.name}</span>
                <span className="quiet">
                  {line.periodText}，{line.sentence}
                </span>
              </div>
              <Money yuan={line.amount} />
            </li>
          ))}
        </ul>
        {preview.leftOut.length > 0 && (
          <p className="hint">有些费用不能预缴：{preview.leftOut.slice(0, 3).join('；')}。</p>
        )}
      </section>
      <div className="pay-bar">
        <div aria-live="polite">
          <div className="quiet">
            缴到{monthText(wanted.monthTo)}，{preview.lines.length} 笔
          </div>
          <strong>
            <Money yuan={preview.total} />
          </strong>
        </div>
        <button
          type="button"
          className="button primary"
          disabled={preview.blockedBy !== ''}
          onClick={() => setPaying(true)}
        >
          去支付
        </button>
      </div>
      {isPaying && <AdvanceSheet total={preview.total} wanted={wanted} name={name} onClose={() => setPaying(false)} />}
    </>
  );
}

function AdvanceSheet(props: { total: string; wanted: Wanted; name: string; onClose: () => void }) {
  const { total, wanted, name, onClose } = props;
  const community = useCommunity();
  const ways = usePaymentWays(community.id);
  return (
    <Sheet title="确认预缴" onClose={onClose}>
      <div className="stack">
        <p style={{ textAlign: 'center' }}>
          <Money yuan={total} large />
          <br />
          <span className="quiet">
            {community.name} {name}，缴到{monthText(wanted.monthTo)}
          </span>
        </p>
        <Loaded query={ways}>
          {({ channels }) =>
            channels.length === 0 ? (
              <Message title="还不能在线支付" text="物业还没有开通在线收款，请到服务中心预缴。" />
            ) : (
              <PayForm channels={channels} given={{ bills: [], topUp: null, prepaid: '0', advance: wanted, total }} />
            )
          }
        </Loaded>
        <p className="hint">付款成功后才生成这些账单并付清；不付不会生成。</p>
      </div>
    </Sheet>
  );
}
