import { dashboardCharts, dashboardFigures, type EndpointReply } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button, Card, Skeleton } from 'antd';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { MoneyText } from '../../resource-ui/money-text.tsx';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import { ArrearsList } from './arrears-list.tsx';
import styles from './dashboard.module.css';
import { ArrearsChart, CollectionChart, IncomeChart } from './dashboard-charts.tsx';
import { FavouriteCards } from './favourite-cards.tsx';
import { ToDoCards } from './to-do-cards.tsx';

type Figures = EndpointReply<typeof dashboardFigures>;
const WallLinksDialog = lazy(() => import('./wall-links-dialog.tsx'));

/** PLT-7: what waits for the person and what they use most; below, for those who may see it, the money of FIN-7. */
export default function DashboardScreen() {
  const can = useCan();
  const { name } = useCommunity();
  return (
    <PageFrame
      help={can('dashboard.view') ? `${name} · 点任一数字看背后的明细` : name}
      extra={can('dashboard.view') ? <WallButtons /> : undefined}
    >
      <div className={styles.strips}>
        <ToDoCards />
        <FavouriteCards />
      </div>
      {can('dashboard.view') ? <MoneyOverview /> : null}
    </PageFrame>
  );
}

/** The same figures for a screen on a wall: as the person signed in, or by a link. */
function WallButtons() {
  const can = useCan();
  const { id } = useCommunity();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {can('wall.share') ? <Button onClick={() => setOpen(true)}>电视墙链接</Button> : null}
      <Button href={id ? `/wall?community=${id}` : '/wall'} target="_blank">
        电视墙
      </Button>
      <Suspense>{isOpen ? <WallLinksDialog onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  );
}

/** What came, how much of what was due is in, and who owes; every figure opens the rows behind it. */
function MoneyOverview() {
  const { id: communityId } = useCommunity();
  const figures = useQuery({
    queryKey: ['dashboard', communityId],
    queryFn: ({ signal }) => call(dashboardFigures, { query: { communityId }, signal }),
    refetchInterval: 60_000,
  });
  const charts = useQuery({
    queryKey: ['dashboard-charts', communityId],
    queryFn: ({ signal }) => call(dashboardCharts, { query: { communityId }, signal }),
  });
  const error = figures.error ?? charts.error;
  return (
    <>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <div className={styles.cards}>
        {figures.data ? <FigureCards figures={figures.data} /> : <CardSkeletons isShown={!error} />}
      </div>
      <div className={styles.charts}>
        <Card size="small" title="近 30 天每天收了多少，怎么付的？（元）">
          {charts.data ? <IncomeChart series={charts.data.incomeByDay} /> : <Skeleton active paragraph={{ rows: 6 }} />}
        </Card>
        <Card size="small" title="哪些收费对象欠费最多？（元，前十）">
          {charts.data ? (
            <ArrearsList targets={charts.data.arrearsByTarget} />
          ) : (
            <Skeleton active paragraph={{ rows: 6 }} />
          )}
        </Card>
        <Card size="small" title="近 12 个月的账单收上来多少？（收缴率 %）">
          {charts.data ? (
            <CollectionChart months={charts.data.collectionByMonth} />
          ) : (
            <Skeleton active paragraph={{ rows: 6 }} />
          )}
        </Card>
        <Card size="small" title="哪些楼宇欠费最多？（元，前十）">
          {charts.data ? (
            <ArrearsChart
              buildings={charts.data.arrearsByBuilding}
              monthTo={charts.data.collectionByMonth.at(-1)?.month}
            />
          ) : (
            <Skeleton active paragraph={{ rows: 6 }} />
          )}
        </Card>
      </div>
    </>
  );
}

function CardSkeletons({ isShown }: { isShown: boolean }) {
  if (!isShown) return null;
  return ['收入', '收缴率', '往期欠费', '房屋'].map((key) => (
    <Card size="small" key={key}>
      <Skeleton active paragraph={{ rows: 3 }} title={false} />
    </Card>
  ));
}

function FigureCards({ figures }: { figures: Figures }) {
  const { income, plan, current, arrears, counts, today, thisMonth } = figures;
  const month = { from: `${thisMonth}-01`, to: today };
  const lastMonth = monthBefore(thisMonth);
  return (
    <>
      <Card size="small" title="收入">
        <Big to="/finance/income" search={{ from: today, to: today }} label="今日">
          <MoneyText yuan={income.today} />
        </Big>
        <Small label="本月" to="/finance/income" search={month}>
          <MoneyText yuan={income.month} />
        </Small>
        <Small label="本年" to="/finance/income" search={{ from: `${thisMonth.slice(0, 4)}-01-01`, to: today }}>
          <MoneyText yuan={income.year} />
        </Small>
        <PlanLines plan={plan} communityCount={counts.communities} />
      </Card>
      <Card size="small" title="本月账单">
        <Big to="/finance/charge-ledger" search={{ monthFrom: thisMonth, monthTo: thisMonth }} label="收缴率">
          {rateText(current.rate)}
        </Big>
        <Small label="应收" to="/finance/charge-ledger" search={{ monthFrom: thisMonth, monthTo: thisMonth }}>
          <MoneyText yuan={current.receivable} />
        </Small>
        <Small
          label="未收"
          to="/finance/charge-ledger"
          search={{ monthFrom: thisMonth, monthTo: thisMonth, paying: 'owing' }}
        >
          <MoneyText yuan={current.outstanding} />
        </Small>
      </Card>
      <Card size="small" title="往期欠费">
        <Big
          to="/finance/charge-ledger"
          search={{ monthTo: lastMonth, paying: 'owing', sort: '-outstanding' }}
          label={`${arrears.targetCount} 个对象`}
        >
          <MoneyText yuan={arrears.outstanding} />
        </Big>
        <Small label="本月收回" to="/finance/income" search={{ ...month, paidTo: lastMonth }}>
          <MoneyText yuan={arrears.collectedThisMonth} />
        </Small>
        <Small label="回收率" to="/finance/charge-ledger" search={{ monthTo: lastMonth }}>
          {rateText(arrears.rate)}
        </Small>
      </Card>
      <Card size="small" title="房屋与住户">
        <Big to="/estate/houses" search={{}} label="房屋">
          {counts.houses.toLocaleString('zh-CN')}
        </Big>
        <Small label="住户" to="/estate/residents" search={{}}>
          {counts.residents.toLocaleString('zh-CN')}
        </Small>
        <Small label="车位" to="/estate/parking-spaces" search={{}}>
          {counts.parkingSpaces.toLocaleString('zh-CN')}
        </Small>
      </Card>
    </>
  );
}

/** Income against the plan; where only some communities have one, that is said. */
function PlanLines({ plan, communityCount }: { plan: Figures['plan']; communityCount: number }) {
  const can = useCan();
  if (plan === null)
    return can('collectionPlan.edit') ? (
      <Small label="还没有本年收款计划" to="/finance/collection-plans" search={{}}>
        去填写
      </Small>
    ) : null;
  const some = plan.communityCount < communityCount ? `（${plan.communityCount} 个小区有计划）` : '';
  return (
    <>
      {(['today', 'month', 'year'] as const).map((key) => (
        <Small key={key} label={`${planWords[key]}计划${some}`} to="/finance/collection-plans" search={{}}>
          <MoneyText yuan={plan[key].plan} /> · {rateText(plan[key].rate)}
        </Small>
      ))}
    </>
  );
}

const planWords = { today: '今日', month: '本月', year: '本年' } as const;

const rateText = (rate: string | null) => <span className="figures">{rate === null ? '—' : `${rate}%`}</span>;

/** `2026-01` → `2025-12` */
function monthBefore(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`;
}

interface FigureProps {
  label: string;
  to: string;
  search: Record<string, string>;
  children: ReactNode;
}

const permissionOf: Record<
  string,
  'income.view' | 'chargeLedger.view' | 'collectionPlan.view' | 'house.view' | 'resident.view' | 'parkingSpace.view'
> = {
  '/finance/income': 'income.view',
  '/finance/charge-ledger': 'chargeLedger.view',
  '/finance/collection-plans': 'collectionPlan.view',
  '/estate/houses': 'house.view',
  '/estate/residents': 'resident.view',
  '/estate/parking-spaces': 'parkingSpace.view',
};

/** A link for those who may open the list behind it, else the plain figure. */
function FigureLink({ to, search, children }: Omit<FigureProps, 'label'>) {
  const can = useCan();
  const { id } = useCommunity();
  const permission = permissionOf[to];
  if (permission && !can(permission)) return children;
  return (
    <Link to={to} search={{ ...search, ...(id ? { community: id } : {}) } as never} className={styles.link ?? ''}>
      {children}
    </Link>
  );
}

function Big({ label, ...figure }: FigureProps) {
  return (
    <div className={styles.big}>
      <FigureLink {...figure} />
      <span className={styles.label}>{label}</span>
    </div>
  );
}

function Small({ label, ...figure }: FigureProps) {
  return (
    <div className={styles.small}>
      <span className={styles.label}>{label}</span>
      <FigureLink {...figure} />
    </div>
  );
}
