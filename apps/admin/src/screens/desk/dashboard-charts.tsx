import type { dashboardCharts, EndpointReply } from '@anlin/contract';
import { Empty } from 'antd';
import { Chart } from '../../chart/chart.tsx';
import { groupThousands } from '../../resource-ui/text-of.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';

type Charts = EndpointReply<typeof dashboardCharts>;

// A chart draws; the exact figures stay text and are what the tooltip shows.
const height = (yuan: string | null) => (yuan === null ? null : Number(yuan));

function useOpenRows() {
  const { go } = useAddress();
  const { id } = useCommunity();
  return (path: string, query: Record<string, string | undefined>, communityId = id) =>
    go(path, { ...query, community: communityId });
}

const usual = { grid: { left: 8, right: 16, top: 34, bottom: 4, containLabel: true } };

/** Bars of each day, stacked by method; a bar opens the day's movements of its method. */
export function IncomeChart({ series }: { series: Charts['incomeByDay'] }) {
  const openRows = useOpenRows();
  const { days, methods } = series;
  if (methods.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="近 30 天没有收款" />;
  return (
    <Chart
      label="近 30 天每天的收入，按支付方式"
      height={240}
      option={{
        ...usual,
        legend: { top: 0, right: 0 },
        tooltip: {
          trigger: 'axis',
          axisPointer: { type: 'shadow' },
          formatter: (points: { dataIndex: number }[]) => {
            const index = points[0]?.dataIndex ?? 0;
            const lines = methods
              .filter(({ income }) => income[index] !== '0.00')
              .map(({ name, income }) => `${name} ${groupThousands(income[index] ?? '')}`);
            return [days[index], ...(lines.length === 0 ? ['没有收款'] : lines)].join('<br/>');
          },
        },
        xAxis: { type: 'category', data: days.map((day) => day.slice(5)), axisTick: { show: false } },
        yAxis: { type: 'value' },
        series: methods.map(({ name, income }) => ({
          type: 'bar',
          stack: 'income',
          name,
          barMaxWidth: 22,
          data: income.map(height),
        })),
      }}
      onClick={({ seriesName, dataIndex }) => {
        const method = methods.find(({ name }) => name === seriesName);
        openRows('/finance/income', { from: days[dataIndex], to: days[dataIndex], paymentMethodId: method?.id });
      }}
    />
  );
}

/** Collection rate of the bills of each month; a point opens the month's ledger. */
export function CollectionChart({ months }: { months: Charts['collectionByMonth'] }) {
  const openRows = useOpenRows();
  return (
    <Chart
      label="近 12 个月账单的收缴率"
      height={260}
      option={{
        ...usual,
        tooltip: {
          trigger: 'axis',
          formatter: (points: { dataIndex: number }[]) => {
            const one = months[points[0]?.dataIndex ?? 0];
            if (!one) return '';
            if (one.rate === null) return `${one.month}<br/>没有账单`;
            return `${one.month} 收缴率 ${one.rate}%<br/>应收 ${groupThousands(one.receivable)}<br/>实收 ${groupThousands(one.received)}<br/>未收 ${groupThousands(one.outstanding)}`;
          },
        },
        xAxis: {
          type: 'category',
          data: months.map(({ month }) => month),
          boundaryGap: false,
          axisTick: { show: false },
        },
        yAxis: { type: 'value', min: 0, max: 100, axisLabel: { formatter: '{value}%' } },
        series: [
          {
            type: 'line',
            name: '收缴率',
            symbolSize: 8,
            areaStyle: { opacity: 0.08 },
            data: months.map(({ rate }) => height(rate)),
          },
        ],
      }}
      onClick={({ dataIndex }) => {
        const month = months[dataIndex]?.month;
        openRows('/finance/charge-ledger', { monthFrom: month, monthTo: month });
      }}
    />
  );
}

/** The ten buildings that owe most; a bar opens their houses that owe. */
export function ArrearsChart({
  buildings,
  monthTo,
}: {
  buildings: Charts['arrearsByBuilding'];
  monthTo: string | undefined;
}) {
  const openRows = useOpenRows();
  const { id } = useCommunity();
  if (buildings.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="没有欠费" />;
  const shown = [...buildings].reverse();
  const nameOf = (one: (typeof shown)[number]) => (id ? one.label : `${one.communityName} ${one.label}`);
  return (
    <Chart
      label="欠费最多的十栋楼宇"
      height={260}
      option={{
        grid: { left: 8, right: 90, top: 4, bottom: 4, containLabel: true },
        xAxis: { type: 'value', splitLine: { show: false }, axisLabel: { show: false } },
        yAxis: { type: 'category', data: shown.map(nameOf), axisTick: { show: false } },
        series: [
          {
            type: 'bar',
            name: '欠费',
            barMaxWidth: 16,
            itemStyle: { color: '#c8605c' },
            label: {
              show: true,
              position: 'right',
              formatter: ({ dataIndex }: { dataIndex: number }) => groupThousands(shown[dataIndex]?.outstanding ?? ''),
            },
            data: shown.map(({ outstanding }) => height(outstanding)),
          },
        ],
      }}
      onClick={({ dataIndex }) => {
        const one = shown[dataIndex];
        const whose = one?.buildingId ? { buildingId: one.buildingId } : { targetKind: 'parkingSpace' };
        openRows('/finance/charge-ledger', { ...whose, monthTo, paying: 'owing', sort: '-outstanding' });
      }}
    />
  );
}
