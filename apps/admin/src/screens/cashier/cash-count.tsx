import { denominations } from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import { InputNumber } from 'antd';
import { groupThousands } from '../../resource-ui/index.ts';
import styles from './shift.module.css';
import { type Notes, notesFen } from './shift-count.ts';

/** 点钞: how many of each note and coin; their sum is the counted cash. */
export function CashCount({ notes, onNotes }: { notes: Notes; onNotes: (notes: Notes) => void }) {
  return (
    <div className={styles.cash}>
      <b>点钞</b>
      {[...notes].map(([worth, count]) => (
        <div key={worth} className={styles.note}>
          <span>{denominations[worth]}</span>
          <InputNumber
            size="small"
            min={0}
            max={100_000}
            precision={0}
            controls={false}
            aria-label={`${denominations[worth]}的张数`}
            value={count === 0 ? null : count}
            placeholder="0"
            onChange={(next) => onNotes(new Map([...notes, [worth, next ?? 0]]))}
          />
          <span className="figures">
            {count === 0 ? '' : groupThousands(formatYuan(fen(BigInt(worth) * BigInt(count))))}
          </span>
        </div>
      ))}
      <div className={styles.noteSum}>
        <span>现金合计</span>
        <b className="figures">{groupThousands(formatYuan(notesFen(notes)))}</b>
      </div>
    </div>
  );
}
