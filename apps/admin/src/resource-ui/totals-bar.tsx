import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import styles from './totals-bar.module.css';

interface TotalsBarProps {
  /** Rows that match, not only those on this page; `undefined` while it is being counted, `null` when that failed. */
  count: number | null | undefined;
  /** What is counted: `套房屋`, `条账单`. */
  noun: string;
  /** Totals over everything that matches. */
  totals?: readonly { label: string; value: ReactNode; unit?: string | undefined }[];
  /** Figures of a screen's own, after the totals. */
  more?: ReactNode;
  /** Buttons at the right. */
  extra?: ReactNode;
}

/** How much matches the filters, in count and in figures. */
export function TotalsBar({ count, noun, totals = [], more, extra }: TotalsBarProps) {
  return (
    <div className={styles.bar}>
      {count === undefined ? (
        <Skeleton.Input active size="small" />
      ) : (
        <div className={styles.totals} aria-live="polite">
          <span>
            共 <b className="figures">{count === null ? '—' : count.toLocaleString('zh-CN')}</b> {noun}
          </span>
          {(count === null ? [] : totals).map(({ label, value, unit }) => (
            <span key={label}>
              {label} <b className="figures">{value}</b> {unit}
            </span>
          ))}
          {more}
        </div>
      )}
      <div className={styles.extra}>{extra}</div>
    </div>
  );
}
