import { Segmented } from 'antd';
import { useAddress } from '../../shell/address.ts';

interface HoldingTabsProps {
  /** Name of the group of lists. */
  label: string;
  /** Address and name of the lists that belong together, the present one among them. */
  lists: readonly (readonly [path: string, label: string])[];
}

/** Holdings and their movements beside one another. */
export function HoldingTabs({ label, lists }: HoldingTabsProps) {
  const { pathname, search, go } = useAddress();
  return (
    <Segmented
      aria-label={label}
      value={pathname}
      options={lists.map(([value, text]) => ({ value, label: text }))}
      onChange={(path) => go(String(path), { community: search.community })}
    />
  );
}

export const prepaidLists = [
  ['/cashier/prepaid', '账户'],
  ['/cashier/prepaid-movements', '变动明细'],
] as const;
export const depositLists = [
  ['/cashier/deposits', '押金'],
  ['/cashier/deposit-movements', '变动明细'],
] as const;
