import { getReceiptUndo, type ReceiptDetail } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Dropdown } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import styles from './receipts.module.css';

const RefundDialog = lazy(() => import('./refund-dialog.tsx'));
const AmendDialog = lazy(() => import('./amend-dialog.tsx'));
const VoidDialog = lazy(() => import('./void-dialog.tsx'));

/** What happened to the receipt since; read again whenever receipts change. */
export function useReceiptUndo(receiptId: string) {
  return useQuery({
    queryKey: ['receipts', 'undo', receiptId],
    queryFn: ({ signal }) => call(getReceiptUndo, { params: { id: receiptId }, signal }),
  });
}

type Dialog = 'refund' | 'void' | 'amend';

/** 更多: what may be done with a valid receipt besides reversing it. */
export function ReceiptUndoMenu({ receipt }: { receipt: ReceiptDetail }) {
  const can = useCan();
  const [open, setOpen] = useState<Dialog>();
  const items = [
    ...(can('receipt.refund') ? [{ key: 'refund', label: '退款' }] : []),
    ...(can('receipt.amend') ? [{ key: 'amend', label: '改支付方式、付款人、备注' }] : []),
    ...(can('receipt.void') ? [{ key: 'void', label: '作废', danger: true }] : []),
  ];
  if (receipt.state !== 'valid' || items.length === 0) return null;
  const close = () => setOpen(undefined);
  return (
    <>
      <Dropdown menu={{ items, onClick: ({ key }) => setOpen(key as Dialog) }} trigger={['click']}>
        <Button>更多</Button>
      </Dropdown>
      <Suspense>
        {open === 'refund' ? <RefundDialog receiptId={receipt.id} onClose={close} /> : null}
        {open === 'amend' ? <AmendDialog receipt={receipt} onClose={close} /> : null}
        {open === 'void' ? <VoidDialog receipt={receipt} onClose={close} /> : null}
      </Suspense>
    </>
  );
}

/** Refunds of the receipt and everything that happened to it. */
export function ReceiptUndoHistory({ receipt }: { receipt: ReceiptDetail }) {
  const { go } = useAddress();
  const { data, error } = useReceiptUndo(receipt.id);
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return null;
  return (
    <>
      {data.refunds.length === 0 ? null : (
        <>
          <h3 className={styles.section}>退了什么</h3>
          {data.refunds.map((refund) => (
            <div key={refund.id} className={styles.line}>
              <span>
                <Button
                  type="link"
                  size="small"
                  className={styles.bill ?? ''}
                  onClick={() => go('/cashier/refunds', { community: receipt.communityId, id: refund.id })}
                >
                  {refund.number}
                </Button>{' '}
                <span className="muted">
                  {refund.refundedOn} {refund.reason}
                </span>
              </span>
              <MoneyText yuan={refund.total} />
            </div>
          ))}
        </>
      )}
      {data.history.length < 2 ? null : (
        <>
          <h3 className={styles.section}>修改、撤销与退款</h3>
          {data.history.slice(1).map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a history is only added to at its end.
            <div key={index} className={styles.line}>
              <span>
                {one.what} · {one.who}
                <span className={styles.small}>{one.detail}</span>
              </span>
              <span className="muted">{instantText(one.at)}</span>
            </div>
          ))}
        </>
      )}
    </>
  );
}
