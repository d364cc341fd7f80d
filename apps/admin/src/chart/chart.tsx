import { Skeleton, theme } from 'antd';
import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import { chartColors } from '../theme/theme.ts';

interface ChartProps {
  /** The question the chart answers; read aloud in its place. */
  label: string;
  /** ECharts options: bar, line and pie with grid, tooltip and legend are loaded. */
  option: EChartsCoreOption;
  /** Pixels. */
  height?: number;
  /** Every figure opens the rows behind it. */
  onClick?: (point: { name: string; seriesName: string; dataIndex: number }) => void;
}

/** ECharts in our colours, loaded when the first chart is shown; follows its room and the theme. */
export function Chart({ label, option, height = 280, onClick }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<ECharts>();
  const { token } = theme.useToken();

  useEffect(() => {
    let isGone = false;
    let made: ECharts | undefined;
    const observer = new ResizeObserver(() => made?.resize());
    import('./chart-engine.ts').then(({ init }) => {
      if (isGone || !box.current) return;
      made = init(box.current);
      observer.observe(box.current);
      setChart(made);
    });
    return () => {
      isGone = true;
      observer.disconnect();
      made?.dispose();
    };
  }, []);

  useEffect(() => {
    chart?.setOption(
      {
        color: chartColors,
        textStyle: { fontFamily: token.fontFamily, color: token.colorTextSecondary },
        aria: { enabled: true },
        ...option,
      },
      { notMerge: true },
    );
  }, [chart, option, token]);

  useEffect(() => {
    if (!chart || !onClick) return;
    const listen = (event: { name?: string; seriesName?: string; dataIndex?: number }) =>
      onClick({ name: event.name ?? '', seriesName: event.seriesName ?? '', dataIndex: event.dataIndex ?? 0 });
    chart.on('click', listen);
    return () => {
      chart.off('click', listen);
    };
  }, [chart, onClick]);

  return (
    <div style={{ position: 'relative', height }}>
      {chart ? null : (
        <Skeleton.Node active style={{ width: '100%', height }} classNames={{ root: 'chart-skeleton' }} />
      )}
      <div ref={box} role="img" aria-label={label} style={{ position: 'absolute', inset: 0 }} />
    </div>
  );
}
