import type { Wall } from '@anlin/contract';
import { Chart } from '../chart/chart.tsx';
import { groupThousands } from '../resource-ui/text-of.ts';
import styles from './wall.module.css';

type Charts = Wall['charts'];

// A chart draws; exact figures stay text.
const height = (yuan: string | null) => (yuan === null ? null : Number(yuan));
/** Letters of a chart are pixels: this many on a screen 1920 wide, and in proportion on others. */
const letter = () => Math.max(11, Math.round(window.innerWidth / 110));
const chartHeight = () => Math.max(140, Math.round(window.innerHeight * 0.27));
const ink = '#c3cfe0';
const axis = () => ({
  axisLabel: { color: ink, fontSize: letter(), hideOverlap: true },
  axisLine: { lineStyle: { color: '#41506a' } },
  axisTick: { show: false },
});
const lines = { splitLine: { lineStyle: { color: '#22304a' } } };
const room = { grid: { left: 8, right: 18, top: 34, bottom: 4, containLabel: true }, animation: false };

/** The drawn half of the wall: what came, how much of what was due is in, and where most is owed. */
export default function WallCharts({ charts }: { charts: Charts }) {
  return (
    <section className={styles.charts}>
      <div className={styles.panel}>
        <h2>近 30 天收入（元）</h2>
        <IncomeBars charts={charts} />
      </div>
      <div className={styles.panel}>
        <h2>近 12 个月账单收缴率</h2>
        <RateLine charts={charts} />
      </div>
      <div className={styles.panel}>
        <h2>欠费最多的楼宇（元）</h2>
        <TopList
          rows={charts.arrearsByBuilding.map((one) => ({
            key: `${one.communityName} ${one.label}`,
            community: one.communityName,
            label: one.label,
            outstanding: one.outstanding,
          }))}
        />
      </div>
      <div className={styles.panel}>
        <h2>欠费最多的房屋、车位、车辆（元）</h2>
        <TopList
          rows={charts.arrearsByTarget.map((one) => ({
            key: one.targetId,
            community: one.communityName,
            label: one.label,
            outstanding: one.outstanding,
            since: one.earliestUnpaid,
          }))}
        />
      </div>
    </section>
  );
}

function IncomeBars({ charts }: { charts: Charts }) {
  const { days, methods } = charts.incomeByDay;
  if (methods.length === 0) return <p className={styles.nothing}>近 30 天没有收款</p>;
  return (
    <Chart
      label="近 30 天每天的收入，按支付方式"
      height={chartHeight()}
      option={{
        ...room,
        legend: { top: 0, right: 0, textStyle: { color: ink, fontSize: letter() } },
        xAxis: { type: 'category', data: days.map((day) => day.slice(5)), ...axis() },
        yAxis: { type: 'value', ...axis(), ...lines },
        series: methods.map(({ name, income }) => ({
          type: 'bar',
          stack: 'income',
          name,
          data: income.map(height),
        })),
      }}
    />
  );
}

function RateLine({ charts }: { charts: Charts }) {
  return (
    <Chart
      label="近 12 个月账单的收缴率"
      height={chartHeight()}
      option={{
        ...room,
        xAxis: { type: 'category', data: charts.collectionByMonth.map(({ month }) => month.slice(2)), ...axis() },
        yAxis: {
          type: 'value',
          min: 0,
          max: 100,
          ...axis(),
          ...lines,
          axisLabel: { ...axis().axisLabel, formatter: '{value}%' },
        },
        series: [
          {
            type: 'line',
            name: '收缴率',
            symbolSize: 9,
            lineStyle: { width: 4 },
            areaStyle: { opacity: 0.12 },
            data: charts.collectionByMonth.map(({ rate }) => height(rate)),
          },
        ],
      }}
    />
  );
}

interface TopRow {
  key: string;
  community: string;
  label: string;
  outstanding: string;
  since?: string;
}

/** As many as there is room for, most first; room numbers, never names. */
function TopList({ rows }: { rows: readonly TopRow[] }) {
  const shown = rows.slice(0, 6);
  if (shown.length === 0) return <p className={styles.nothing}>没有欠费</p>;
  const most = Number(shown[0]?.outstanding ?? 0) || 1;
  const isMixed = new Set(rows.map((row) => row.community)).size > 1;
  return (
    <ol className={styles.top}>
      {shown.map((row) => (
        <li key={row.key}>
          <i style={{ width: `${(Number(row.outstanding) / most) * 100}%` }} />
          <span>
            {isMixed ? <em>{row.community}</em> : null} {row.label}
            {row.since ? <small>{row.since} 起</small> : null}
          </span>
          <b>{groupThousands(row.outstanding)}</b>
        </li>
      ))}
    </ol>
  );
}
