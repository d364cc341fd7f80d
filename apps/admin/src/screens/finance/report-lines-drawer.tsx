import {
  listReportLines,
  type ReportDefinition,
  type ReportKey,
  type ReportLine,
  reportDocuments,
} from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Drawer, Table } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands } from '../../resource-ui/text-of.ts';
import { useAddress } from '../../shell/address.ts';
import type { Drill } from './report-drill.ts';
import { ReportFigureText } from './report-figure.tsx';

interface ReportLinesDrawerProps {
  report: ReportKey;
  definition: ReportDefinition;
  drill: Drill | undefined;
  onClose: () => void;
}

const places = {
  bill: '/charging/bills',
  receipt: '/cashier/receipts',
  refund: '/cashier/refunds',
  house: '/estate/houses',
} as const;
const pageSize = 50;

/** The rows behind a figure: they add up to it, and each opens what it comes from. */
export function ReportLinesDrawer({ report, definition, drill, onClose }: ReportLinesDrawerProps) {
  const described = drill && definition.columns[drill.column];
  return (
    <Drawer
      title={described ? `${definition.title} · ${described.title}（${drill.label}）` : ''}
      open={described !== undefined}
      onClose={onClose}
      size={860}
      destroyOnHidden
    >
      {described ? <Lines key={JSON.stringify(drill)} report={report} definition={definition} drill={drill} /> : null}
    </Drawer>
  );
}

function Lines({ report, definition, drill }: { report: ReportKey; definition: ReportDefinition; drill: Drill }) {
  const { go } = useAddress();
  const [page, setPage] = useState(1);
  const query = { ...drill.filter, column: drill.column, page, pageSize };
  const { data, error, isFetching } = useQuery({
    queryKey: ['report-lines', report, query],
    queryFn: ({ signal }) => call(listReportLines, { params: { report }, query, signal }),
    placeholderData: keepPreviousData,
  });
  const column = definition.columns[drill.column];
  const open = ({ openAs, openId, communityName: _ }: ReportLine) =>
    openAs && openId ? () => go(places[openAs], { id: openId }) : undefined;
  return (
    <>
      <p className="muted">{column?.definition}</p>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {data ? (
        <p aria-live="polite">
          共 <b className="figures">{data.total.toLocaleString('zh-CN')}</b> 条，合计{' '}
          <b className="figures">{groupThousands(data.sum)}</b>
        </p>
      ) : null}
      <Table<ReportLine>
        size="small"
        aria-label="明细"
        rowKey="key"
        loading={isFetching}
        dataSource={data?.rows ?? []}
        locale={{ emptyText: '没有明细' }}
        pagination={{
          current: page,
          pageSize,
          total: data?.total ?? 0,
          showSizeChanger: false,
          hideOnSinglePage: true,
          onChange: setPage,
        }}
        columns={[
          { title: '日期', width: 104, render: (_, row) => row.day ?? '' },
          {
            title: '单据',
            width: 190,
            render: (_, row) => {
              const opens = open(row);
              const text = `${reportDocuments[row.document]} ${row.number}`;
              return opens ? (
                <Button type="link" size="small" style={{ padding: 0 }} onClick={opens}>
                  {text}
                </Button>
              ) : (
                text
              );
            },
          },
          { title: '小区', width: 110, ellipsis: true, dataIndex: 'communityName' },
          { title: '收费对象', width: 150, ellipsis: true, dataIndex: 'targetName' },
          { title: '收费项目', width: 110, ellipsis: true, dataIndex: 'itemName' },
          {
            title: column?.title,
            align: 'right',
            render: (_, row) => <ReportFigureText kind={column?.kind ?? 'money'} text={row.amount} />,
          },
        ]}
      />
    </>
  );
}
