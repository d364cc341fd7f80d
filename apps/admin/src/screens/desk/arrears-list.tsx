import type { dashboardCharts, EndpointReply } from '@anlin/contract';
import { Link } from '@tanstack/react-router';
import { Empty } from 'antd';
import { MoneyText } from '../../resource-ui/money-text.tsx';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import styles from './dashboard.module.css';

type Targets = EndpointReply<typeof dashboardCharts>['arrearsByTarget'];

/** The houses and parking spaces that owe most; one opens its ledger. */
export function ArrearsList({ targets }: { targets: Targets }) {
  const { id } = useCommunity();
  const isLinked = useCan()('chargeLedger.view');
  if (targets.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="没有欠费" />;
  return (
    <ol className={styles.owing}>
      {targets.map((one) => {
        const label = id ? one.label : `${one.communityName} ${one.label}`;
        const search = { id: one.targetId, paying: 'owing', sort: '-outstanding', ...(id ? { community: id } : {}) };
        return (
          <li key={one.targetId}>
            <span title={`${label}，${one.earliestUnpaid} 起`}>
              {isLinked ? (
                <Link to="/finance/charge-ledger" search={search as never} className={styles.link ?? ''}>
                  {label}
                </Link>
              ) : (
                label
              )}{' '}
              <span className={styles.label}>{one.earliestUnpaid} 起</span>
            </span>
            <MoneyText yuan={one.outstanding} />
          </li>
        );
      })}
    </ol>
  );
}
