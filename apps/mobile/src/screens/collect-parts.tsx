import { openCollectionCode } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../app/api.ts';
import { place } from '../app/place.ts';
import { Money } from '../ui/money.tsx';
import { Message } from '../ui/page.tsx';
import { AmountForm, type OpenedCode } from './amount-form.tsx';
import { noWaysText } from './pay-ways.tsx';

export const useCode = (token: string, isReady = true) =>
  useQuery({
    queryKey: ['collect', token],
    queryFn: ({ signal }) => call(openCollectionCode, { params: { token }, query: { place }, signal }),
    enabled: isReady,
  });

/** Where the code hangs and who is paid: no person, no bill. */
export function CodeHead({ code }: { code: OpenedCode }) {
  return (
    <section className="card" style={{ textAlign: 'center' }}>
      <h2 style={{ fontSize: '1.25rem' }}>{code.communityName}</h2>
      <p>{code.placeLabel || code.codeName}</p>
      <p className="quiet">收款方：{code.companyName}</p>
      {code.due !== null && (
        <p style={{ marginTop: '0.5rem' }}>
          应缴合计 <Money yuan={code.due} large />
        </p>
      )}
    </section>
  );
}

/** Paying an amount: at once where the code is for nothing else, behind a button where bills come first. */
export function AmountPart({ token, code, label }: { token: string; code: OpenedCode; label: string }) {
  const [isOpen, setOpen] = useState(code.purpose === 'income');
  if (!code.takesAmounts) return null;
  if (code.channels.length === 0) return <Message title="还不能在线支付" text={noWaysText(place)} />;
  if (!isOpen) {
    return (
      <button type="button" className="button wide" onClick={() => setOpen(true)}>
        {label}
      </button>
    );
  }
  return (
    <>
      <p className="quiet">{whatFor(code)}</p>
      <AmountForm token={token} code={code} />
    </>
  );
}

function whatFor(code: OpenedCode): string {
  if (code.purpose === 'income') return `付款记为：${code.itemName}。`;
  if (code.purpose === 'prepaid') return `付款存为 ${code.placeLabel} 的预存款。`;
  return '付款后由物业按备注核对到房屋。';
}
