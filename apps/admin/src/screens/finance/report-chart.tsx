import type { ReportDefinition, ReportRow } from '@anlin/contract';
import { Chart } from '../../resource-ui/index.ts';
import { figureWords } from './report-figure.tsx';

const mostRows = 40;

// A chart draws; the exact figures stay text and are what the tooltip shows.
const height = (text: string | null | undefined) => (text === null || text === undefined ? null : Number(text));

interface ReportChartProps {
  definition: ReportDefinition;
  rows: readonly ReportRow[];
  /** Opens the rows behind a bar. */
  onOpen: (row: ReportRow, column: string) => void;
}

/** The main columns of the rows shown, a bar for each; a bar opens its rows. */
export function ReportChart({ definition, rows, onOpen }: ReportChartProps) {
  const { chart, columns, question } = definition;
  const shown = rows.slice(0, mostRows);
  const drawn = chart.columns.filter((column) => shown.some(({ cells }) => (height(cells[column]) ?? 0) !== 0));
  if (shown.length === 0 || drawn.length === 0) return null;
  const nameOf = (row: ReportRow) => row.labels.join(' ');
  return (
    <Chart
      label={question}
      // The table and its totals need their room where the window is low.
      height={window.innerHeight < 800 ? 130 : 190}
      option={{
        grid: { left: 8, right: 16, top: 34, bottom: 4, containLabel: true },
        legend: { top: 0, right: 0 },
        tooltip: {
          trigger: 'axis',
          axisPointer: { type: 'shadow' },
          formatter: (points: { dataIndex: number }[]) => {
            const row = shown[points[0]?.dataIndex ?? 0];
            if (!row) return '';
            const lines = drawn.map((column) => {
              const described = columns[column];
              return `${described?.title} ${figureWords(described?.kind ?? 'money', row.cells[column])}`;
            });
            return [nameOf(row), ...lines].map(escapeHtml).join('<br/>');
          },
        },
        xAxis: { type: 'category', data: shown.map(nameOf), axisTick: { show: false } },
        yAxis: { type: 'value' },
        series: drawn.map((column) => ({
          type: 'bar',
          name: columns[column]?.title,
          ...(chart.as === 'stack' ? { stack: 'all' } : {}),
          barMaxWidth: 26,
          data: shown.map(({ cells }) => height(cells[column])),
        })),
      }}
      onClick={({ seriesName, dataIndex }) => {
        const column = drawn.find((one) => columns[one]?.title === seriesName);
        const row = shown[dataIndex];
        if (column && row && !columns[column]?.hasNoRows) onOpen(row, column);
      }}
    />
  );
}

/** Tooltips are HTML and names are what people typed. */
function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
