import { ProblemError } from '@anlin/client';
import { openWall, viewWall, type Wall } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { call, errorText } from '../api/api.ts';
import { groupThousands } from '../resource-ui/text-of.ts';
import { SessionGate } from '../session/session-gate.tsx';
import { useAddress } from '../shell/address.ts';
import { allCommunities } from '../shell/community.ts';
import styles from './wall.module.css';

const WallCharts = lazy(() => import('./wall-charts.tsx'));

const refreshMs = 60_000;
/** Two refreshes missed and a little: what is shown is old. */
const staleMs = 150_000;

/** A screen on a wall (FIN-7): by its link with nobody signed in, or as whoever is. Dark, and read from across a room. */
export default function WallPage() {
  const { token } = useParams({ strict: false });
  return token === undefined ? (
    <SessionGate>
      <OwnWall />
    </SessionGate>
  ) : (
    <Screen source={{ key: token, read: (signal) => call(openWall, { params: { token }, signal }) }} />
  );
}

function OwnWall() {
  const { search } = useAddress();
  const communityId = search.community === allCommunities ? undefined : search.community;
  return (
    <Screen
      source={{
        key: communityId ?? allCommunities,
        read: (signal) => call(viewWall, { query: { communityId }, signal }),
      }}
    />
  );
}

interface Source {
  key: string;
  read: (signal: AbortSignal) => Promise<Wall>;
}

/** Refreshes itself every minute; says when what it shows is old, and stops asking once the link is taken back. */
function Screen({ source }: { source: Source }) {
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ['wall', source.key],
    queryFn: ({ signal }) => source.read(signal),
    retry: false,
    refetchInterval: (query) => (isOver(query.state.error) ? false : refreshMs),
    refetchIntervalInBackground: true,
  });
  const now = useNow();
  useEffect(() => {
    document.title = data ? `${data.title} · 电视墙` : '电视墙';
  }, [data]);
  if (isOver(error) || !data)
    return (
      <main className={styles.wall}>
        <p className={styles.waiting}>{error ? errorText(error) : '正在读取…'}</p>
      </main>
    );
  return (
    <main className={styles.wall}>
      <header className={styles.head}>
        <h1>{data.title}</h1>
        <Freshness ageMs={now - dataUpdatedAt} updatedAt={dataUpdatedAt} />
        <time className={styles.clock}>{clockText(now)}</time>
      </header>
      <Figures wall={data} />
      <Suspense fallback={<div className={styles.charts} />}>
        <WallCharts charts={data.charts} />
      </Suspense>
    </main>
  );
}

const isOver = (error: unknown) => error instanceof ProblemError && (error.status === 404 || error.status === 403);

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const two = (value: number) => String(value).padStart(2, '0');
const timeText = (at: Date) => `${two(at.getHours())}:${two(at.getMinutes())}`;
function clockText(now: number): string {
  const at = new Date(now);
  return `${at.getFullYear()}年${at.getMonth() + 1}月${at.getDate()}日 ${timeText(at)}`;
}

function Freshness({ ageMs, updatedAt }: { ageMs: number; updatedAt: number }) {
  const read = timeText(new Date(updatedAt));
  if (ageMs < staleMs) return <p className={styles.fresh}>每分钟更新 · {read} 读取</p>;
  return (
    <p className={styles.stale} role="alert">
      {read} 以后没有读到新的数字，已 {Math.floor(ageMs / 60_000)} 分钟，正在重试
    </p>
  );
}

function Figures({ wall }: { wall: Wall }) {
  const { income, plan, current, arrears } = wall.figures;
  return (
    <section className={styles.cards}>
      <Card title="今日收入" value={groupThousands(income.today)} against={plan?.today} />
      <Card title="本月收入" value={groupThousands(income.month)} against={plan?.month} />
      <Card title="本年收入" value={groupThousands(income.year)} against={plan?.year} />
      <Card
        title="本月账单收缴率"
        value={current.rate === null ? '—' : `${current.rate}%`}
        share={current.rate}
        note={`应收 ${groupThousands(current.receivable)}`}
      />
      <Card
        title="往期欠费"
        value={groupThousands(arrears.outstanding)}
        isWarning={arrears.outstanding !== '0.00'}
        note={`${arrears.targetCount} 户 · 本月收回 ${groupThousands(arrears.collectedThisMonth)}`}
      />
    </section>
  );
}

interface CardProps {
  title: string;
  value: string;
  /** Plan in yuan with the share reached, percent. */
  against?: { plan: string; rate: string | null } | undefined;
  share?: string | null | undefined;
  note?: string;
  isWarning?: boolean;
}

function Card({ title, value, against, share, note, isWarning = false }: CardProps) {
  const reached = against ? against.rate : share;
  const text = against
    ? against.rate === null
      ? '没有计划'
      : `计划 ${groupThousands(against.plan)} · ${against.rate}%`
    : (note ?? '');
  return (
    <div className={styles.card} data-warning={isWarning}>
      <h2>{title}</h2>
      <strong data-long={value.length > 11}>{value}</strong>
      {reached === null || reached === undefined ? null : (
        <div className={styles.bar} aria-hidden="true">
          <i style={{ width: `${Math.max(0, Math.min(100, Number(reached)))}%` }} />
        </div>
      )}
      <p>{text}</p>
    </div>
  );
}
