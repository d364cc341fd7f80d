import { listToDos } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Card } from 'antd';
import { call } from '../../api/api.ts';
import { useAddress } from '../../shell/address.ts';
import styles from './dashboard.module.css';

/** What waits for the person, each kind a link to where it is done (PLT-7). */
export function ToDoCards() {
  const { search } = useAddress();
  const { data } = useQuery({
    queryKey: ['to-dos'],
    queryFn: ({ signal }) => call(listToDos, { signal }),
    refetchInterval: 60_000,
  });
  if (!data) return null;
  return (
    <Card size="small" title="待办" className={styles.strip ?? ''}>
      {data.rows.length === 0 ? (
        <span className="muted">没有等您办的事</span>
      ) : (
        <ul className={styles.toDos} aria-label="待办">
          {data.rows.map(({ key, label, count, path, query }) => (
            <li key={key}>
              <Link to={path} search={{ community: search.community, ...query } as never} className={styles.toDo ?? ''}>
                <span className={styles.toDoCount}>{count}</span>
                {label}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
