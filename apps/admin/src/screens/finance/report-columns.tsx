import {
  type ReportCells,
  type ReportColumn,
  type ReportDefinition,
  type ReportDimension,
  type ReportRow,
  reportDimensions,
} from '@anlin/contract';
import { Table, type TableColumnType, Tooltip } from 'antd';
import styles from './finance.module.css';
import { ReportFigureText } from './report-figure.tsx';

type Open = (column: string, row?: ReportRow) => void;

const widths = { money: 112, count: 104, percent: 112, quantity: 108 } as const;
const wideLabels: readonly ReportDimension[] = ['target', 'item', 'building', 'community'];

/** A place is named with its community where several are shown. */
const needsCommunity = (dimensions: readonly ReportDimension[], hasCommunity: boolean) =>
  hasCommunity && dimensions.some((one) => one === 'building' || one === 'target');

/** What the rows are, then the figures of the report; a figure opens the rows behind it. */
export function reportColumnsOf(
  definition: ReportDefinition,
  dimensions: readonly ReportDimension[],
  sort: string | undefined,
  hasCommunity: boolean,
  onOpen: Open,
): TableColumnType<ReportRow>[] {
  const order = (key: string) => (sort === key ? 'ascend' : sort === `-${key}` ? 'descend' : null);
  return [
    ...dimensions.map(
      (one, index): TableColumnType<ReportRow> => ({
        title: reportDimensions[one],
        width: wideLabels.includes(one) ? 150 : 104,
        fixed: 'start',
        ellipsis: true,
        render: (_, row) => row.labels[index],
      }),
    ),
    ...(needsCommunity(dimensions, hasCommunity)
      ? [{ title: '小区', width: 110, ellipsis: true, render: (_: unknown, row: ReportRow) => row.communityName }]
      : []),
    ...Object.entries(definition.columns).map(
      ([key, column]): TableColumnType<ReportRow> => ({
        title: (
          <Tooltip title={column.definition}>
            <span>{column.title}</span>
          </Tooltip>
        ),
        key,
        width: widths[column.kind],
        align: 'right',
        ...(column.hasNoRows ? {} : { sorter: true, sortOrder: order(key) }),
        render: (_, row) => <Figure column={column} text={row.cells[key]} onOpen={() => onOpen(key, row)} />,
      }),
    ),
  ];
}

function Figure({
  column,
  text,
  onOpen,
}: {
  column: ReportColumn;
  text: string | null | undefined;
  onOpen: () => void;
}) {
  const figure = <ReportFigureText kind={column.kind} text={text} />;
  if (column.hasNoRows || text === null || text === undefined || Number(text) === 0) return figure;
  return (
    <button type="button" className={styles.figure} title={`${column.title}的明细`} onClick={onOpen}>
      {figure}
    </button>
  );
}

interface ReportTotalsProps {
  definition: ReportDefinition;
  dimensions: readonly ReportDimension[];
  hasCommunity: boolean;
  totals: ReportCells;
  onOpen: Open;
}

/** The sums over everything that matches, as the last line. */
export function ReportTotals({ definition, dimensions, hasCommunity, totals, onOpen }: ReportTotalsProps) {
  const leading = dimensions.length + (needsCommunity(dimensions, hasCommunity) ? 1 : 0);
  return (
    <Table.Summary.Row>
      <Table.Summary.Cell index={0} colSpan={leading}>
        <b>合计</b>
      </Table.Summary.Cell>
      {Object.entries(definition.columns).map(([key, column], index) => (
        <Table.Summary.Cell key={key} index={leading + index} align="right">
          <b>
            <Figure column={column} text={totals[key]} onOpen={() => onOpen(key)} />
          </b>
        </Table.Summary.Cell>
      ))}
    </Table.Summary.Row>
  );
}
