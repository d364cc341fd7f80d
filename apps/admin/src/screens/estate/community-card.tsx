import {
  type communityCounts,
  communityStatuses,
  type EndpointReply,
  type Permission,
  type ResourceRow,
} from '@anlin/contract';
import { EnvironmentOutlined, PhoneOutlined, QrcodeOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { groupThousands } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import styles from './community-card.module.css';

const CommunityCodeDialog = lazy(() => import('./community-code-dialog.tsx'));

type Counts = EndpointReply<typeof communityCounts>['rows'][number];

const figures = [
  { key: 'buildings', label: '楼宇', path: '/estate/buildings', permission: 'building.view' },
  { key: 'houses', label: '房屋', path: '/estate/houses', permission: 'house.view' },
  { key: 'residents', label: '在住', path: '/estate/residents', permission: 'resident.view' },
  { key: 'parkingSpaces', label: '车位', path: '/estate/parking-spaces', permission: 'parkingSpace.view' },
  { key: 'vehicles', label: '车辆', path: '/estate/vehicles', permission: 'vehicle.view' },
] as const satisfies readonly { key: keyof Counts; label: string; path: string; permission: Permission }[];

interface CommunityCardProps {
  row: ResourceRow;
  /** Absent while they are being counted. */
  counts: Counts | undefined;
  actions: ReactNode;
  onOpen: () => void;
}

/** A community with how much there is in it; each figure leads to its list, narrowed to this community (EST-1). */
export function CommunityCard({ row, counts, actions, onOpen }: CommunityCardProps) {
  const can = useCan();
  const [showsCode, setShowsCode] = useState(false);
  const place = [row.province, row.city, row.district, row.address].filter(Boolean).join(' ');
  return (
    <article className={styles.card}>
      <header className={styles.head}>
        <Button type="link" className={styles.name ?? ''} onClick={onOpen}>
          {String(row.name)}
        </Button>
        <span className={styles.code}>{String(row.code)}</span>
        {row.status === 'managed' ? null : (
          <span className={styles.code}>{communityStatuses[row.status as 'left']}</span>
        )}
        <span className={styles.actions}>
          <Button type="link" size="small" icon={<QrcodeOutlined />} onClick={() => setShowsCode(true)}>
            小区码
          </Button>
          {actions}
        </span>
      </header>
      <p className={styles.line}>
        <EnvironmentOutlined /> {place === '' ? '未填写地址' : place}
      </p>
      <p className={styles.line}>
        <PhoneOutlined /> {row.servicePhone ? String(row.servicePhone) : '未填写服务电话'}
      </p>
      <ul className={styles.figures}>
        {figures.map(({ key, label, path, permission }) => {
          const figure = (
            <>
              <b className="figures">{counts ? groupThousands(String(counts[key])) : '…'}</b>
              <span>{label}</span>
            </>
          );
          return (
            <li key={key}>
              {can(permission) ? (
                <Link to={path} search={{ community: row.id }} className={styles.figure}>
                  {figure}
                </Link>
              ) : (
                <span className={styles.figure}>{figure}</span>
              )}
            </li>
          );
        })}
      </ul>
      <Suspense>{showsCode ? <CommunityCodeDialog row={row} onClose={() => setShowsCode(false)} /> : null}</Suspense>
    </article>
  );
}
