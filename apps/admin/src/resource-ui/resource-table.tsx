import type { ResourceRow } from '@anlin/contract';
import { Table, type TableColumnType } from 'antd';
import type { SorterResult } from 'antd/es/table/interface';
import { type MouseEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { ListPager } from './list-pager.tsx';
import { ResizableHeader } from './resizable-header.tsx';
import styles from './resource-table.module.css';

interface ResourceTableProps {
  /** Field that names a row. */
  titleField: string;
  /** Read aloud as the table's name. */
  label: string;
  columns: TableColumnType<ResourceRow>[];
  rows: readonly ResourceRow[] | undefined;
  total: number;
  page: number;
  pageSize: number;
  isLoading: boolean;
  empty: ReactNode;
  openedId: string | undefined;
  /** Chosen rows, kept across pages; absent: rows are not chosen here. */
  selection?: { rows: readonly ResourceRow[]; onChange: (rows: ResourceRow[]) => void } | undefined;
  onPage: (page: number, pageSize: number) => void;
  onSort: (sort: string | undefined) => void;
  onOpen: (row: ResourceRow) => void;
}

const headerPixels = 37;
const leastBodyPixels = 160;
const virtualFrom = 100;

/** A page of rows that fills the room it is given; heading and pager stay in sight while the rows scroll. */
export function ResourceTable(props: ResourceTableProps) {
  const { titleField, label, columns, rows, total, page, pageSize, isLoading, empty, openedId, selection } = props;
  const { onPage, onSort, onOpen } = props;
  const room = useRef<HTMLDivElement>(null);
  const bodyPixels = Math.max(leastBodyPixels, useHeight(room) - headerPixels);
  const widthPixels = columns.reduce((sum, { width }) => sum + Number(width ?? 0), selection ? 40 : 0);
  return (
    <div className={styles.frame}>
      <div className={styles.room} ref={room}>
        <Table<ResourceRow>
          size="small"
          rowKey="id"
          aria-label={label}
          columns={columns}
          dataSource={rows ?? []}
          loading={isLoading}
          pagination={false}
          showSorterTooltip={false}
          virtual={(rows?.length ?? 0) > virtualFrom}
          scroll={{ x: widthPixels, y: bodyPixels }}
          components={{ header: { cell: ResizableHeader } }}
          locale={{ emptyText: isLoading ? ' ' : empty }}
          rowClassName={({ id }) => (id === openedId ? (styles.opened ?? '') : (styles.row ?? ''))}
          onRow={(row) => ({ onClick: (event) => isOnPlainText(event) && onOpen(row) })}
          {...(selection
            ? {
                rowSelection: {
                  columnWidth: 40,
                  getTitleCheckboxProps: () => ({ 'aria-label': '选择本页全部' }),
                  getCheckboxProps: (row) => ({ 'aria-label': `选择${String(row[titleField] ?? '')}` }) as object,
                  fixed: true,
                  preserveSelectedRowKeys: true,
                  selectedRowKeys: selection.rows.map(({ id }) => id),
                  onChange: (_, chosen) => selection.onChange(chosen),
                },
              }
            : {})}
          onChange={(_, __, sorter) => onSort(sortOf(sorter))}
        />
      </div>
      <ListPager page={page} pageSize={pageSize} total={total} onPage={onPage} />
    </div>
  );
}

/** A click on a button, a link or a box in the row means that thing; a click after marking text means the text. */
function isOnPlainText({ target }: MouseEvent): boolean {
  if (!(target instanceof Element) || target.closest('a,button,input,label,.ant-table-selection-column')) return false;
  return (window.getSelection()?.toString() ?? '') === '';
}

function sortOf(sorter: SorterResult<ResourceRow> | SorterResult<ResourceRow>[]): string | undefined {
  const { columnKey, order } = Array.isArray(sorter) ? (sorter[0] ?? {}) : sorter;
  if (!order || columnKey === undefined) return undefined;
  return order === 'ascend' ? String(columnKey) : `-${String(columnKey)}`;
}

function useHeight(element: React.RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(400);
  useLayoutEffect(() => {
    const watched = element.current;
    if (!watched) return;
    const measure = () => setHeight(Math.floor(watched.getBoundingClientRect().height));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(watched);
    return () => observer.disconnect();
  }, [element]);
  return height;
}
