import type { DeskAccount } from '@anlin/contract';
import { Button, Dropdown, Segmented } from 'antd';
import { useState } from 'react';
import { useCan } from '../../session/session-context.ts';
import { AdvanceDialog } from '../charging/advance-dialog.tsx';
import { OneOffDialog } from '../charging/one-off-dialog.tsx';
import styles from './cashier.module.css';

/** Bills that are of this month or before, and whose money no bank is taking just now. */
export const isCurrent = (account: DeskAccount) => (bill: DeskAccount['bills'][number]) =>
  bill.periodFrom <= account.today && bill.withheldIn === '';

/** Bills of one item side by side, each item's in the order of their periods. */
export function byItem(bills: DeskAccount['bills']): DeskAccount['bills'] {
  const places = new Map(
    [...new Set(bills.map((bill) => `${bill.targetId} ${bill.chargeItemId}`))].map((key, at) => [key, at]),
  );
  const placeOf = (bill: DeskAccount['bills'][number]) => places.get(`${bill.targetId} ${bill.chargeItemId}`) ?? 0;
  return bills.toSorted((left, right) => placeOf(left) - placeOf(right));
}

interface TicksProps {
  account: DeskAccount;
  isByItem: boolean;
  onByItem: (isByItem: boolean) => void;
  onTickOnly: (isWanted: (bill: DeskAccount['bills'][number]) => boolean) => void;
}

/** The quick choices above the bills. */
export function Ticks({ account, isByItem, onByItem, onTickOnly }: TicksProps) {
  const items = [...new Map(account.bills.map((bill) => [bill.chargeItemId, bill.chargeItemName]))];
  const can = useCan();
  const [charging, setCharging] = useState<'advance' | 'oneOff'>();
  const { target } = account;
  const charged = { kind: target.kind, id: target.id, label: target.name, onClose: () => setCharging(undefined) };
  const standards = [...new Set(account.bills.map((bill) => bill.chargeStandardName).filter((name) => name !== ''))];
  return (
    <div className={styles.ticks}>
      <Button size="small" onClick={() => onTickOnly(isCurrent(account))}>
        当期及往期 <kbd>F3</kbd>
      </Button>
      <Button size="small" onClick={() => onTickOnly(() => true)}>
        全部 <kbd>F4</kbd>
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            {
              type: 'group',
              label: '收费项目',
              children: items.map(([key, label]) => ({ key: `item ${key}`, label })),
            },
            ...(standards.length === 0
              ? []
              : [
                  {
                    type: 'group' as const,
                    label: '收费标准',
                    children: standards.map((name) => ({ key: `standard ${name}`, label: name })),
                  },
                ]),
          ],
          onClick: ({ key }) =>
            onTickOnly((bill) => `item ${bill.chargeItemId}` === key || `standard ${bill.chargeStandardName}` === key),
        }}
      >
        <Button size="small">按项目、标准</Button>
      </Dropdown>
      <Button size="small" onClick={() => onTickOnly(() => false)}>
        清空
      </Button>
      {can('bill.charge') ? (
        <>
          <Button size="small" onClick={() => setCharging('oneOff')}>
            临时收费
          </Button>
          <Button size="small" onClick={() => setCharging('advance')}>
            预收
          </Button>
        </>
      ) : null}
      {charging === 'oneOff' ? <OneOffDialog {...charged} /> : null}
      {charging === 'advance' ? <AdvanceDialog {...charged} /> : null}
      <Segmented
        size="small"
        aria-label="排列"
        value={isByItem ? 'item' : 'month'}
        onChange={(value) => onByItem(value === 'item')}
        options={[
          { value: 'month', label: '按月' },
          { value: 'item', label: '按项目' },
        ]}
      />
      <span className="muted">
        共 {account.bills.length} 笔未收；↑↓ 移动，空格勾选，回车去付款
        {account.asOf === account.today ? '' : `；违约金算到 ${account.asOf}`}
      </span>
    </div>
  );
}
