import { listNumberPatterns, type NumberPatternView, numberedPapers } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Table, type TableColumnType } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import { NumberPatternDrawer } from './number-pattern-drawer.tsx';

/** PLT-16: how each community numbers its receipts and refunds. */
export default function NumberPatternScreen() {
  const [edited, setEdited] = useState<NumberPatternView>();
  const { data, error, isPending } = useQuery({
    queryKey: ['numberPatterns'],
    queryFn: ({ signal }) => call(listNumberPatterns, { signal }),
  });
  return (
    <PageFrame help="各小区收据号、退款单号的写法。修改后新开的用新规则，已开出的不变。">
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<NumberPatternView>
        rowKey={(row) => `${row.id} ${row.paper}`}
        size="small"
        loading={isPending}
        pagination={false}
        columns={columns(setEdited)}
        dataSource={data?.rows ?? []}
      />
      {edited ? (
        <NumberPatternDrawer
          key={`${edited.id} ${edited.paper}`}
          community={edited}
          other={data?.rows.find((row) => row.id === edited.id && row.paper !== edited.paper)}
          onClose={() => setEdited(undefined)}
        />
      ) : null}
    </PageFrame>
  );
}

const columns = (onEdit: (row: NumberPatternView) => void): TableColumnType<NumberPatternView>[] => [
  {
    title: '小区',
    dataIndex: 'communityName',
    onCell: (row) => ({ rowSpan: row.paper === 'receipt' ? 2 : 0 }),
  },
  { title: '单据', width: 90, render: (_, row) => numberedPapers[row.paper] },
  { title: '编号规则', render: (_, row) => <code>{row.pattern}</code> },
  { title: '最近开出', render: (_, row) => row.lastNumber ?? <span className="muted">还没有</span> },
  { title: '下一个', dataIndex: 'nextNumber' },
  {
    title: '操作',
    width: 90,
    render: (_, row) => (
      <Button size="small" onClick={() => onEdit(row)}>
        修改
      </Button>
    ),
  },
];
