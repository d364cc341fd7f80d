import { Pagination, Table, type TableColumnType } from 'antd';
import type { SorterResult } from 'antd/es/table/interface';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import styles from './finance.module.css';

interface PagedTableProps<Row extends object> {
  /** Read aloud as the table's name. */
  label: string;
  rowKey: (row: Row) => string;
  columns: TableColumnType<Row>[];
  rows: readonly Row[] | undefined;
  total: number;
  page: number;
  pageSize: number;
  isLoading: boolean;
  empty: ReactNode;
  onPage: (page: number, pageSize: number) => void;
  onSort?: (sort: string | undefined) => void;
  onOpen?: (row: Row) => void;
  summary?: ReactNode;
}

const leastBodyPixels = 160;

/** A page of rows that fills its room: heading, sums and pager stay in sight while the rows scroll. */
export function PagedTable<Row extends object>(props: PagedTableProps<Row>) {
  const { label, rowKey, columns, rows, total, page, pageSize, isLoading, empty, onPage, onSort, onOpen, summary } =
    props;
  const room = useRef<HTMLDivElement>(null);
  const height = useHeight(room) - (summary ? 74 : 37);
  const width = columns.reduce((sum, column) => sum + Number(column.width ?? 100), 0);
  return (
    <div className={styles.table}>
      <div className={styles.room} ref={room}>
        <Table<Row>
          size="small"
          aria-label={label}
          rowKey={rowKey}
          columns={columns}
          dataSource={rows ?? []}
          loading={isLoading}
          pagination={false}
          showSorterTooltip={false}
          scroll={{ x: width, y: Math.max(leastBodyPixels, height) }}
          locale={{ emptyText: isLoading ? ' ' : empty }}
          {...(summary ? { summary: () => <Table.Summary fixed>{summary}</Table.Summary> } : {})}
          {...(onOpen
            ? {
                rowClassName: styles.openable ?? '',
                onRow: (row: Row) => ({ onClick: () => isNothingMarked() && onOpen(row) }),
              }
            : {})}
          onChange={(_, __, sorter) => onSort?.(sortOf(sorter))}
        />
      </div>
      {total === 0 ? null : (
        <Pagination
          className={styles.pager ?? ''}
          size="small"
          align="end"
          current={page}
          pageSize={pageSize}
          total={total}
          pageSizeOptions={[20, 50, 100, 200]}
          showSizeChanger
          showQuickJumper={total > pageSize * 5}
          showTotal={(_, [from, to]) => <span className="muted figures">{`第 ${from}–${to} 条`}</span>}
          onChange={onPage}
        />
      )}
    </div>
  );
}

/** A click after marking text means the text. */
const isNothingMarked = () => (window.getSelection()?.toString() ?? '') === '';

function sortOf<Row>(sorter: SorterResult<Row> | SorterResult<Row>[]): string | undefined {
  const { columnKey, order } = Array.isArray(sorter) ? (sorter[0] ?? {}) : sorter;
  if (!order || columnKey === undefined) return undefined;
  return order === 'ascend' ? String(columnKey) : `-${String(columnKey)}`;
}

function useHeight(element: React.RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(400);
  useLayoutEffect(() => {
    const watched = element.current;
    if (!watched) return;
    const observer = new ResizeObserver(() => setHeight(Math.floor(watched.getBoundingClientRect().height)));
    observer.observe(watched);
    return () => observer.disconnect();
  }, [element]);
  return height;
}
