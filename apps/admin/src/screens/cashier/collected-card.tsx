import { CheckCircleFilled } from '@ant-design/icons';
import { Button } from 'antd';
import { groupThousands } from '../../resource-ui/index.ts';
import styles from './cashier.module.css';
import type { Collected } from './collect.ts';
import { PaperButton } from './holding-paper-buttons.tsx';

interface CollectedCardProps {
  collected: Collected;
  mayReverse: boolean;
  mayPrint: boolean;
  onPrint: () => void;
  onReverse: () => void;
  onNext: () => void;
}

/** It went through: the number, what was taken, what goes back, and what may be done next. */
export function CollectedCard({ collected, mayReverse, mayPrint, onPrint, onReverse, onNext }: CollectedCardProps) {
  return (
    <div className={styles.panel}>
      <div className={styles.done} role="status">
        <CheckCircleFilled className={styles.doneIcon ?? ''} />
        <h2>收款成功</h2>
        <div className={styles.number}>{collected.number}</div>
        <dl>
          <dt>{collected.targetName}</dt>
          <dd>{collected.billCount} 笔账单</dd>
          <dt>实收</dt>
          <dd className="figures">{groupThousands(collected.total)} 元</dd>
          {collected.change === '0.00' ? null : (
            <>
              <dt>找零</dt>
              <dd className={styles.bigChange}>{groupThousands(collected.change)} 元</dd>
            </>
          )}
        </dl>
        <div className={styles.doneActions}>
          <Button type="primary" size="large" block onClick={onNext}>
            下一户 <kbd>F2</kbd>
          </Button>
          {mayPrint ? (
            <Button size="large" block onClick={onPrint}>
              打印 <kbd>F10</kbd>
            </Button>
          ) : null}
          {mayPrint
            ? collected.papers.map((type) => (
                <PaperButton key={type} type={type} id={collected.id} look={{ size: 'large', block: true }} />
              ))
            : null}
          {mayReverse ? (
            <Button size="large" block danger onClick={onReverse}>
              撤销
            </Button>
          ) : null}
        </div>
      </div>
    </div>
  );
}
