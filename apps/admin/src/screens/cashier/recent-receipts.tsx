import type { DeskAccount } from '@anlin/contract';
import { MoneyText } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';
import styles from './cashier.module.css';

/** The newest receipts of the house, each a way to its page. */
export function RecentReceipts({ receipts }: { receipts: DeskAccount['receipts'] }) {
  const { go, search } = useAddress();
  if (receipts.length === 0) return null;
  return (
    <div className={styles.receipts}>
      <span className="muted">近期收据</span>
      {receipts.map((receipt) => (
        <button
          type="button"
          key={receipt.id}
          className={styles.link}
          onClick={() => go('/cashier/receipts', { community: search.community, id: receipt.id })}
        >
          {receipt.receivedOn} {receipt.number} <MoneyText yuan={receipt.total} />
          {receipt.isInvoiced ? <span className="muted"> 已开票</span> : null}
          {receipt.isReversed ? <span className="negative"> 已撤销</span> : null}
        </button>
      ))}
    </div>
  );
}
