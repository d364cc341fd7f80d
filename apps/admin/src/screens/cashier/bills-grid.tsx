import type { DeskBill } from '@anlin/contract';
import { formatYuan, zeroFen } from '@anlin/money';
import { Checkbox, Empty, Tooltip } from 'antd';
import { type KeyboardEvent, type Ref, useId, useState } from 'react';
import { MoneyText } from '../../resource-ui/index.ts';
import styles from './cashier.module.css';
import { sumYuan } from './desk-money.ts';
import { type PlannedBill, reducedFen } from './desk-plan.ts';

interface BillsGridProps {
  ref: Ref<HTMLDivElement>;
  bills: readonly DeskBill[];
  ticked: ReadonlySet<string>;
  /** What the receipt to come does to the ticked bills. */
  planned: ReadonlyMap<string, PlannedBill>;
  /** How much to collect now, as typed; what is not typed is planned. */
  pays: ReadonlyMap<string, string>;
  mayPayPart: boolean;
  isByItem: boolean;
  /** Whether bills are of several houses, so that each says whose it is. */
  hasSeveralTargets: boolean;
  onTick: (ids: readonly string[], isTicked: boolean) => void;
  onPay: (id: string, text: string) => void;
  /** Enter: on to the money. */
  onDone: () => void;
}

/**
 * Unpaid bills by month or by item. The grid has the focus: arrows walk, space ticks, Enter goes on, F6 types how much of the
 * bill is paid now.
 */
export function BillsGrid(props: BillsGridProps) {
  const { ref, bills, ticked, isByItem, hasSeveralTargets, onTick, onDone } = props;
  const [at, setAt] = useState(0);
  const gridId = useId();
  const here = Math.min(at, bills.length - 1);
  const move = (to: number) => {
    const next = Math.max(0, Math.min(bills.length - 1, to));
    setAt(next);
    document.getElementById(`${gridId}-${next}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const bill = bills[here];
    if (event.target instanceof HTMLInputElement && event.target.type === 'text') {
      if (event.key === 'Enter' || event.key === 'Escape') {
        event.preventDefault();
        event.currentTarget.focus();
      }
      return;
    }
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
    const step = steps[event.key];
    if (step !== undefined) move(here + step);
    else if (event.key === ' ' && bill) onTick([bill.id], !ticked.has(bill.id));
    else if (event.key === 'F6')
      document.querySelector<HTMLInputElement>(`[id="${gridId}-${here}"] input[type="text"]`)?.select();
    else if (event.key === 'Enter') onDone();
    else return;
    event.preventDefault();
  };
  if (bills.length === 0) {
    return (
      <div className={styles.grid} ref={ref} tabIndex={-1}>
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="没有欠费。按 F2 查找下一户，或收预存、押金" />
      </div>
    );
  }
  const groupOf = (bill: DeskBill) => (isByItem ? `${bill.chargeItemId} ${bill.targetId}` : bill.periodText);
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
            <th className={styles.amount}>优惠</th>
            <th className={styles.amount}>本次收</th>
          </tr>
        </thead>
        <tbody>
          {bills.map((bill, index) => (
            <tr
              key={bill.id}
              id={`${gridId}-${index}`}
              aria-selected={ticked.has(bill.id)}
              data-here={index === here}
              data-first={index === 0 || groupOf(bills[index - 1]!) !== groupOf(bill)}
              data-by={isByItem ? 'item' : 'month'}
              onClick={(event) => {
                setAt(index);
                if (event.target instanceof HTMLInputElement && event.target.type === 'text') return;
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
                  <span className={styles.item}>{bill.chargeItemName}</span>
                  {hasSeveralTargets ? <span className={styles.whose}>{bill.targetName}</span> : null}
                  {bill.formerOwner === '' ? null : <span className={styles.whose}>原业主 {bill.formerOwner}</span>}
                  {bill.withheldIn === '' ? null : <span className={styles.whose}>代扣中 {bill.withheldIn}</span>}
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
                <LateFee bill={bill} />
              </td>
              <td className={styles.amount}>
                <Reduced planned={props.planned.get(bill.id)} />
              </td>
              <td className={styles.amount}>
                <PayNow {...props} bill={bill} />
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
    <Tooltip title={`优惠 ${bill.discount}，减免 ${bill.waived}，已收 ${bill.received}，已退 ${bill.refunded}`}>
      <span>
        <MoneyText yuan={less} />
      </span>
    </Tooltip>
  );
}

function LateFee({ bill }: { bill: DeskBill }) {
  if (bill.lateFee === '0.00') return <span className="muted">—</span>;
  return (
    <Tooltip title={<span style={{ whiteSpace: 'pre-line' }}>{bill.lateFeeSentence}</span>}>
      <span className={styles.lateFee}>
        <MoneyText yuan={bill.lateFee} />
      </span>
    </Tooltip>
  );
}

/** What this receipt takes off the bill, by an offer or by hand. */
function Reduced({ planned }: { planned: PlannedBill | undefined }) {
  if (!planned || reducedFen(planned) === zeroFen) return <span className="muted">—</span>;
  const words = [
    ...planned.offers.map((one) => `${one.offerName} ${one.amount}`),
    ...(planned.discountFen === zeroFen ? [] : [`优惠 ${formatYuan(planned.discountFen)}`]),
    ...(planned.lateFeeWaivedFen === zeroFen ? [] : [`减免违约金 ${formatYuan(planned.lateFeeWaivedFen)}`]),
  ];
  return (
    <Tooltip title={words.join('，')}>
      <span className={styles.reduced}>−{formatYuan(reducedFen(planned))}</span>
    </Tooltip>
  );
}

/** How much of a bill is paid now: typed where the community takes parts, else all. */
function PayNow({
  bill,
  ticked,
  planned,
  pays,
  mayPayPart,
  onPay,
}: Pick<BillsGridProps, 'ticked' | 'planned' | 'pays' | 'mayPayPart' | 'onPay'> & { bill: DeskBill }) {
  const one = planned.get(bill.id);
  const now = one ? formatYuan(one.payFen) : ticked.has(bill.id) ? '0.00' : bill.toPay;
  if (!ticked.has(bill.id) || !mayPayPart)
    return (
      <b className={ticked.has(bill.id) ? '' : 'muted'}>
        <MoneyText yuan={now} />
      </b>
    );
  const isPart = !one || one.payFen < one.mostFen;
  return (
    <>
      <input
        type="text"
        inputMode="decimal"
        tabIndex={-1}
        className={styles.pay}
        aria-label={`${bill.chargeItemName} ${bill.periodText} 本次收`}
        value={pays.get(bill.id) ?? now}
        onChange={(event) => onPay(bill.id, event.target.value)}
        onFocus={(event) => event.target.select()}
      />
      {isPart && one ? <div className={styles.sentence}>应付 {formatYuan(one.mostFen)}</div> : null}
    </>
  );
}
