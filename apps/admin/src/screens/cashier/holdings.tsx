import { formatYuan } from '@anlin/money';
import { Checkbox, Input } from 'antd';
import { groupThousands } from '../../resource-ui/index.ts';
import styles from './cashier.module.css';
import type { DeskPlan, Holding } from './desk-plan.ts';

interface HoldingsProps {
  holdings: readonly Holding[];
  offsets: ReadonlyMap<string, string>;
  plan: DeskPlan;
  onOffsets: (offsets: ReadonlyMap<string, string>) => void;
}

/** Prepaid and deposits of the house: a tick pays the bills from them as far as they go, or as much as is typed. */
export function Holdings({ holdings, offsets, plan, onOffsets }: HoldingsProps) {
  if (holdings.length === 0) return null;
  const change = (id: string, text: string | null) => {
    const next = new Map(offsets);
    if (text === null) next.delete(id);
    else next.set(id, text);
    onOffsets(next);
  };
  return (
    <div className={styles.holdings}>
      {holdings.map(({ id, name, balanceFen }) => {
        const isUsed = offsets.has(id);
        const planned = plan.offsets.find((one) => one.id === id);
        return (
          <div key={id} className={styles.holding}>
            <Checkbox checked={isUsed} onChange={(event) => change(id, event.target.checked ? '' : null)}>
              {name} <span className="figures">{groupThousands(formatYuan(balanceFen))}</span>
            </Checkbox>
            {isUsed ? (
              <Input
                size="small"
                className="figures"
                aria-label={`${name}抵扣金额`}
                placeholder={planned ? formatYuan(planned.amountFen) : '0.00'}
                value={offsets.get(id)}
                onChange={(event) => change(id, event.target.value)}
              />
            ) : null}
          </div>
        );
      })}
    </div>
  );
}
