import type { ImportKindName, ImportView, RowRange } from '@anlin/contract';
import { Button, Input, Select, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import styles from './import-wizard.module.css';
import { rangesOf, readRanges } from './row-ranges.ts';
import { useGoodRows } from './use-import.ts';

interface ImportGoodRowsProps {
  kind: ImportKindName;
  view: ImportView;
  /** Rows ticked one by one, by their number in the file. */
  ticked: ReadonlySet<number>;
  onTick: (rows: ReadonlySet<number>) => void;
  /** Ranges as typed. */
  text: string;
  onText: (text: string) => void;
}

const pageSize = 50;

/** What is chosen; null when the typed ranges cannot be read. */
export function chosenRanges(ticked: ReadonlySet<number>, text: string): RowRange[] | null {
  const typed = readRanges(text);
  return typed === null ? null : [...typed, ...rangesOf(ticked)];
}

/** The good rows, a page at a time from the server: look through them, search, tick, or name rows by their numbers. */
export function ImportGoodRows({ kind, view, ticked, onTick, text, onText }: ImportGoodRowsProps) {
  const [page, setPage] = useState(1);
  const [q, setQ] = useState('');
  const [only, setOnly] = useState<'new' | 'existing'>();
  const { data, isFetching } = useGoodRows(kind, view.id, { page, pageSize, q: q || undefined, only });
  const titles = data?.titles ?? [];
  const shown = data?.rows ?? [];
  return (
    <section className={styles.problems} aria-label="选择要导入的行">
      <div className={styles.bar}>
        <Space>
          <span>行号</span>
          <Input
            aria-label="要导入的行号"
            className={styles.ranges ?? ''}
            allowClear
            placeholder="如 2-500、620，也可在下面勾选"
            status={readRanges(text) === null ? 'error' : ''}
            value={text}
            onChange={(event) => onText(event.target.value)}
          />
          <span className="muted">已勾选 {ticked.size.toLocaleString('zh-CN')} 行</span>
          {ticked.size > 0 ? (
            <Button type="link" size="small" onClick={() => onTick(new Set())}>
              清除勾选
            </Button>
          ) : null}
        </Space>
        <Space>
          <Select
            aria-label="是否已存在"
            allowClear
            placeholder="全部"
            className={styles.filter ?? ''}
            value={only ?? null}
            onChange={(value: 'new' | 'existing' | undefined) => {
              setOnly(value ?? undefined);
              setPage(1);
            }}
            options={[
              { value: 'new', label: '将新增的' },
              { value: 'existing', label: '已存在的' },
            ]}
          />
          <Input.Search
            aria-label="搜索要导入的行"
            allowClear
            placeholder="搜索内容"
            className={styles.filter ?? ''}
            onSearch={(value) => {
              setQ(value.trim());
              setPage(1);
            }}
          />
        </Space>
      </div>
      <Table
        size="small"
        rowKey="row"
        loading={isFetching}
        dataSource={shown}
        scroll={{ x: 'max-content', y: 'max(190px, calc(100vh - 560px))' }}
        rowSelection={{
          selectedRowKeys: [...ticked],
          preserveSelectedRowKeys: true,
          onChange: (keys) => onTick(new Set(keys.map(Number))),
        }}
        pagination={{
          current: page,
          pageSize,
          total: data?.total ?? 0,
          showSizeChanger: false,
          showTotal: (total) => `共 ${total.toLocaleString('zh-CN')} 行`,
          onChange: setPage,
        }}
        columns={[
          { title: 'Excel 行号', dataIndex: 'row', width: 100, align: 'end' },
          {
            title: '',
            dataIndex: 'isExisting',
            width: 80,
            render: (isExisting: boolean) => (isExisting ? <Tag>已存在</Tag> : <Tag color="green">新增</Tag>),
          },
          ...titles.map((title, index) => ({
            title,
            key: title,
            width: 150,
            ellipsis: true,
            render: (_: unknown, { cells }: { cells: readonly string[] }) => cells[index],
          })),
        ]}
      />
    </section>
  );
}
