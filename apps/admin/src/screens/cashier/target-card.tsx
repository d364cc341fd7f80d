import type { DeskAccount } from '@anlin/contract';
import { Checkbox, Tag } from 'antd';
import { MoneyText } from '../../resource-ui/index.ts';
import styles from './cashier.module.css';

interface TargetCardProps {
  account: DeskAccount;
  included: readonly string[];
  onInclude: (ids: string[]) => void;
  onOpen: (target: DeskAccount['others'][number]) => void;
}

/** Who stands at the counter: the house, its people, tags and note, and what else the same owner has. */
export function TargetCard({ account, included, onInclude, onOpen }: TargetCardProps) {
  const { target, relations, others } = account;
  return (
    <section className={styles.card} aria-label="房屋与关系人">
      <div className={styles.cardHead}>
        <h2>{target.name}</h2>
        <span className="muted">
          {[target.communityName, target.area === null ? '' : `${target.area}㎡`, target.status]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {target.tags.map((tag) => (
          <Tag key={tag.name} color={tag.color}>
            {tag.name}
          </Tag>
        ))}
      </div>
      <div className={styles.people}>
        {relations.map((person) => (
          <span key={`${person.residentId}${person.role}`}>
            <b>{person.name}</b> {person.role} <span className="figures">{person.phone}</span>
          </span>
        ))}
        {relations.length === 0 ? <span className="muted">没有登记住户</span> : null}
        {account.prepaid.map((one) => (
          <span key={one.id}>
            {one.chargeItemId === null ? '通用' : one.chargeItemName}预存 <MoneyText yuan={one.balance} />
          </span>
        ))}
        {account.deposits.map((one) => (
          <span key={one.id} title={`${one.takenOn} 收 ${one.holderName}`}>
            {one.chargeItemName} <MoneyText yuan={one.held} />
          </span>
        ))}
        {target.note === '' ? null : <span className={styles.note}>备注：{target.note}</span>}
      </div>
      {others.length === 0 ? null : (
        <div className={styles.others}>
          <span className="muted">同一业主</span>
          {others.map((other) => (
            <span key={other.id} className={styles.other}>
              <Checkbox
                disabled={other.communityId !== target.communityId || other.unpaidCount === 0}
                checked={included.includes(other.id)}
                onChange={(event) =>
                  onInclude(event.target.checked ? [...included, other.id] : included.filter((id) => id !== other.id))
                }
              >
                一并收
              </Checkbox>
              <button type="button" className={styles.link} onClick={() => onOpen(other)}>
                {other.name}
              </button>
              {other.communityId === target.communityId ? null : <span className="muted">{other.communityName}</span>}
              {other.unpaidCount === 0 ? (
                <span className="muted">无欠费</span>
              ) : (
                <span>
                  欠 {other.unpaidCount} 笔 <MoneyText yuan={other.outstanding} />
                </span>
              )}
            </span>
          ))}
        </div>
      )}
    </section>
  );
}
