import { getOwnBill, type OwnBill } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../app/api.ts';
import { dayText } from '../ui/day.ts';
import { isZero, Money } from '../ui/money.tsx';
import { Loaded, Page, RowLink } from '../ui/page.tsx';

/** One bill and how it came about. */
export function BillScreen({ id }: { id: string }) {
  const bill = useQuery({
    queryKey: ['bill', id],
    queryFn: ({ signal }) => call(getOwnBill, { params: { billId: id }, signal }),
  });
  return (
    <Page title="账单" back="/dues">
      <Loaded query={bill}>{(data) => <Bill bill={data} />}</Loaded>
    </Page>
  );
}

function Bill({ bill }: { bill: OwnBill }) {
  const sums: [string, string][] = [
    ['应收', bill.receivable],
    ['优惠', bill.discount],
    ['减免', bill.waived],
    ['已收', bill.received],
    ['已退', bill.refunded],
    ['违约金', bill.lateFee],
  ];
  return (
    <div className="stack">
      <section className="card" style={{ textAlign: 'center' }}>
        <p>{bill.chargeItemName}</p>
        <p className="quiet">
          {bill.targetName} · {bill.periodText}
        </p>
        <p style={{ margin: '0.5rem 0' }}>
          <Money yuan={bill.toPay} large />
        </p>
        {bill.isVoided ? (
          <span className="chip">已作废</span>
        ) : isZero(bill.toPay) ? (
          <span className="chip good">已缴清</span>
        ) : (
          <span className="chip warn">待缴，{dayText(bill.dueOn)}到期</span>
        )}
      </section>
      <section className="card">
        <h2>怎么算的</h2>
        <p style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
          {bill.sentence || '这笔账单由物业从其他系统导入，没有计算过程。'}
        </p>
        {bill.lateFeeSentence && (
          <p style={{ marginTop: '0.5rem', overflowWrap: 'anywhere' }}>
            <strong>违约金：</strong>
            {bill.lateFeeSentence}
          </p>
        )}
      </section>
      <section className="card">
        <h2>明细</h2>
        <dl className="facts">
          {sums
            .filter(([label, sum]) => label === '应收' || !isZero(sum))
            .map(([label, sum]) => (
              <div key={label} style={{ display: 'contents' }}>
                <dt>{label}</dt>
                <dd>
                  <Money yuan={sum} />
                </dd>
              </div>
            ))}
          {bill.chargeStandardName && (
            <>
              <dt>收费标准</dt>
              <dd>{bill.chargeStandardName}</dd>
            </>
          )}
        </dl>
      </section>
      {bill.receipts.length > 0 && (
        <div className="rows">
          {bill.receipts.map((receipt) => (
            <RowLink key={receipt.id} to={`/receipt/${receipt.id}`}>
              <span className="row-main">收据 {receipt.number}</span>
              <span className="quiet">{receipt.receivedOn}</span>
            </RowLink>
          ))}
        </div>
      )}
    </div>
  );
}
