import { downloadOwnReceipt, getOwnReceipt, type OwnReceiptSlip } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../app/api.ts';
import { Link } from '../app/router.tsx';
import { dayText } from '../ui/day.ts';
import { isZero, Money } from '../ui/money.tsx';
import { Loaded, Page } from '../ui/page.tsx';

/** A receipt as its paper shows it, and the paper itself. */
export default function ReceiptScreen({ id }: { id: string }) {
  const receipt = useQuery({
    queryKey: ['receipt', id],
    queryFn: ({ signal }) => call(getOwnReceipt, { params: { receiptId: id }, signal }),
  });
  return (
    <Page title="收据" back="/receipts">
      <Loaded query={receipt}>{(slip) => <Slip slip={slip} />}</Loaded>
    </Page>
  );
}

function Slip({ slip }: { slip: OwnReceiptSlip }) {
  return (
    <div className="stack">
      {slip.state === 'reversed' && <p className="wrong">这张收据已撤销，账单恢复待缴。如有疑问请联系服务中心。</p>}
      <article className="slip" aria-label={`收据 ${slip.number}`}>
        <header className="slip-head">
          <strong>{slip.companyName}</strong>
          <p className="quiet">
            {slip.communityName} · {slip.targetName}
          </p>
          <p style={{ margin: '0.75rem 0 0.25rem' }}>
            <Money yuan={slip.total} large />
          </p>
          <p className="quiet">{slip.totalInWords}</p>
        </header>
        <ul className="slip-lines">
          {slip.lines.map((line, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a paper keep their places
            <li key={place}>
              <div className="line">
                <span>
                  {line.name} {line.period}
                </span>
                <Money yuan={line.sum} />
              </div>
              {line.place !== '' && line.place !== slip.targetName && <p className="quiet">{line.place}</p>}
              {line.sentence && (
                <p className="quiet" style={{ whiteSpace: 'pre-line' }}>
                  {line.sentence}
                </p>
              )}
              {!isZero(line.lateFee) && (
                <p className="quiet">
                  含违约金 <Money yuan={line.lateFee} />
                </p>
              )}
            </li>
          ))}
        </ul>
        <dl className="facts" style={{ marginTop: '0.875rem' }}>
          <dt>收据号</dt>
          <dd>{slip.number}</dd>
          <dt>日期</dt>
          <dd>{dayText(slip.receivedOn)}</dd>
          <dt>支付方式</dt>
          <dd>{slip.tenders.map(({ name }) => name).join('、')}</dd>
          {slip.payerName && (
            <>
              <dt>付款人</dt>
              <dd>{slip.payerName}</dd>
            </>
          )}
          {slip.note && (
            <>
              <dt>备注</dt>
              <dd>{slip.note}</dd>
            </>
          )}
        </dl>
      </article>
      {slip.state !== 'reversed' && (
        <Link to={`/invoice/${slip.id}`} className="button wide">
          电子发票
        </Link>
      )}
      <a className="button wide" href={downloadOwnReceipt.path.replace(':receiptId', slip.id)} download>
        保存为 PDF
      </a>
    </div>
  );
}
