import type { DeskBill } from '@anlin/contract';
import { Checkbox, Empty, Tooltip } from 'antd';
import { type KeyboardEvent, type Ref, useId, useState } from 'react';
import { MoneyText } from '../../resource-ui/index.ts';
import styles from './cashier.module.css';
import { sumYuan } from './desk-money.ts';

interface BillsGridProps {
  ref: Ref<HTMLDivElement>;
  bills: readonly DeskBill[];
  ticked: ReadonlySet<string>;
  /** Whether bills are of several houses, so that each says whose it is. */
  hasSeveralTargets: boolean;
  onTick: (ids: readonly string[], isTicked: boolean) => void;
  /** Enter: on to the money. */
  onDone: () => void;
}

/** Unpaid bills by month. The grid has the focus: arrows walk, space ticks, Enter goes on. */
export function BillsGrid({ ref, bills, ticked, hasSeveralTargets, onTick, onDone }: BillsGridProps) {
  const [at, setAt] = useState(0);
  const gridId = useId();
  const here = Math.min(at, bills.length - 1);
  const move = (to: number) => {
    const next = Math.max(0, Math.min(bills.length - 1, to));
    setAt(next);
    document.getElementById(`${gridId}-${next}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const bill = bills[here];
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
    const step = steps[event.key];
    if (step !== undefined) move(here + step);
    else if (event.key === ' ' && bill) onTick([bill.id], !ticked.has(bill.id));
    else if (event.key === 'Enter') onDone();
    else return;
    event.preventDefault();
  };
  if (bills.length === 0) {
    return (
      <div className={styles.grid} ref={ref} tabIndex={-1}>
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="没有欠费。按 F2 查找下一户" />
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table that takes the focus as one widget is an ARIA grid.
    <div
      className={styles.grid}
      ref={ref}
      tabIndex={0}
      role="grid"
      aria-label="未收账单"
      aria-multiselectable
      aria-activedescendant={`${gridId}-${here}`}
      onKeyDown={onKeyDown}
    >
      <table>
        <thead>
          <tr>
            <th>
              <Checkbox
                tabIndex={-1}
                aria-label="全选"
                checked={ticked.size === bills.length}
                indeterminate={ticked.size > 0 && ticked.size < bills.length}
                onChange={(event) =>
                  onTick(
                    bills.map((bill) => bill.id),
                    event.target.checked,
                  )
                }
              />
            </th>
            <th>期间</th>
            <th>收费项目</th>
            <th className={styles.amount}>应收</th>
            <th className={styles.amount}>已收减免</th>
            <th className={styles.amount}>违约金</th>
            <th className={styles.amount}>应付</th>
          </tr>
        </thead>
        <tbody>
          {bills.map((bill, index) => (
            <tr
              key={bill.id}
              id={`${gridId}-${index}`}
              aria-selected={ticked.has(bill.id)}
              data-here={index === here}
              data-month={index === 0 || bills[index - 1]?.periodText !== bill.periodText}
              onClick={() => {
                setAt(index);
                onTick([bill.id], !ticked.has(bill.id));
              }}
            >
              <td>
                <Checkbox
                  tabIndex={-1}
                  checked={ticked.has(bill.id)}
                  aria-label={`${bill.chargeItemName} ${bill.periodText}`}
                />
              </td>
              <td className={styles.period}>{bill.periodText}</td>
              <td>
                <div>
                  {bill.chargeItemName}
                  {hasSeveralTargets ? <span className={styles.whose}>{bill.targetName}</span> : null}
                  {bill.formerOwner === '' ? null : <span className={styles.whose}>原业主 {bill.formerOwner}</span>}
                </div>
                <div className={styles.sentence}>{bill.sentence}</div>
              </td>
              <td className={styles.amount}>
                <MoneyText yuan={bill.receivable} />
              </td>
              <td className={styles.amount}>
                <Less bill={bill} />
              </td>
              <td className={styles.amount}>
                {bill.lateFee === '0.00' ? (
                  <span className="muted">—</span>
                ) : (
                  <Tooltip title={<span style={{ whiteSpace: 'pre-line' }}>{bill.lateFeeSentence}</span>}>
                    <span className={styles.lateFee}>
                      <MoneyText yuan={bill.lateFee} />
                    </span>
                  </Tooltip>
                )}
              </td>
              <td className={styles.amount}>
                <b>
                  <MoneyText yuan={bill.toPay} />
                </b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Less({ bill }: { bill: DeskBill }) {
  const less = sumYuan([bill.discount, bill.waived, bill.received]);
  if (less === '0.00') return <span className="muted">—</span>;
  return (
    <Tooltip title={`优惠 ${bill.discount}，减免 ${bill.waived}，已收 ${bill.received}`}>
      <span>
        <MoneyText yuan={less} />
      </span>
    </Tooltip>
  );
}
