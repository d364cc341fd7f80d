import { Link, useAddress } from '../app/router.tsx';

/** 待支付 / 已支付. */
export function MoneyTabs() {
  const here = useAddress().path[0];
  return (
    <nav className="tabs" aria-label="缴费">
      <Link to="/dues" aria-current={here === 'dues' ? 'page' : undefined}>
        待支付
      </Link>
      <Link to="/receipts" aria-current={here === 'receipts' ? 'page' : undefined}>
        已支付
      </Link>
    </nav>
  );
}
