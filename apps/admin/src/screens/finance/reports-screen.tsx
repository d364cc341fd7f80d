import {
  exportReport,
  groupingName,
  type ReportDimension,
  type ReportKey,
  type ReportListing,
  type ReportRow,
  readReport,
  reportKeys,
  reportOf,
} from '@anlin/contract';
import { PrinterOutlined, QuestionCircleOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Space, Tabs } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import styles from './finance.module.css';
import { useFilterAddress } from './finance-filters.tsx';
import { PagedTable } from './paged-table.tsx';
import { ReportChart } from './report-chart.tsx';
import { ReportTotals, reportColumnsOf } from './report-columns.tsx';
import { ReportDefinitionsDrawer } from './report-definitions-drawer.tsx';
import { narrowToRow, readDrill } from './report-drill.ts';
import { ReportFilters } from './report-filters.tsx';
import { ReportLinesDrawer } from './report-lines-drawer.tsx';
import { StartExportButton } from './start-export-button.tsx';

const PrintReport = lazy(() => import('./print-report.tsx'));

const filterKeys = ['buildingId', 'chargeItemId', 'tagId', 'from', 'to'];

/** FIN-3: every report in one frame; the address holds which one, its filters and the rows that are open. */
export default function ReportsScreen() {
  const can = useCan();
  const { go } = useAddress();
  const { id: communityId, name: communityName } = useCommunity();
  const address = useFilterAddress(filterKeys);
  const { values, set, search, page, pageSize } = address;
  const [dialog, setDialog] = useState<'definitions' | 'print'>();
  const report: ReportKey = reportKeys.find((one) => one === search.report) ?? 'receivable';
  const definition = reportOf(report);
  const dimensions: readonly ReportDimension[] =
    definition.groupings.find((one) => groupingName(one) === search.groupBy) ?? definition.groupings[0] ?? [];
  const groupBy = groupingName(dimensions);
  const isSortable = (column: string) => column in definition.columns && !definition.columns[column]?.hasNoRows;
  const sort =
    search.sort !== undefined && isSortable(search.sort.replace(/^-/, '')) ? search.sort : definition.usualSort;
  const { chargeItemId, ...others } = values;
  const filter = { ...others, ...(definition.hasItem ? { chargeItemId } : {}), communityId };
  const listing: ReportListing = { ...filter, groupBy, sort };
  const { data, error, isFetching } = useQuery({
    queryKey: ['report', report, listing, page, pageSize],
    queryFn: ({ signal }) => call(readReport, { params: { report }, query: { ...listing, page, pageSize }, signal }),
    placeholderData: (old, query) => (query?.queryKey[1] === report ? keepPreviousData(old) : undefined),
  });
  const bounds = { from: values.from ?? data?.from ?? undefined, to: values.to ?? data?.to ?? undefined };
  const open = (column: string, row?: ReportRow) =>
    set({
      page: search.page,
      drill: JSON.stringify({
        column,
        label: row ? row.labels.join(' ') : '全部',
        filter: row ? narrowToRow({ ...filter, ...bounds }, dimensions, row) : { ...filter, ...bounds },
      }),
    });
  return (
    <PageFrame
      isFilling
      help="每个数字都可以点开，看到加起来就是它的单据。"
      extra={
        <Space>
          {report === 'arrears' && can('dunning.view') ? (
            <Button
              onClick={() =>
                go('/charging/dunning', {
                  community: search.community,
                  ...(values.buildingId ? { filter: JSON.stringify({ buildingId: [values.buildingId] }) } : {}),
                })
              }
            >
              催缴
            </Button>
          ) : null}
          <Button icon={<QuestionCircleOutlined />} onClick={() => setDialog('definitions')}>
            每一列怎么算
          </Button>
          <Button icon={<PrinterOutlined />} disabled={!data || data.total === 0} onClick={() => setDialog('print')}>
            打印
          </Button>
          {can('report.export') ? (
            <StartExportButton
              total={data?.total}
              start={() => call(exportReport, { params: { report }, body: listing })}
            />
          ) : null}
        </Space>
      }
    >
      <div className={styles.page}>
        <Tabs
          size="small"
          className={styles.reports ?? ''}
          activeKey={report}
          items={reportKeys.map((key) => ({ key, label: reportOf(key).title }))}
          onChange={(key) =>
            set({ report: key, groupBy: undefined, sort: undefined, drill: undefined, chargeItemId: undefined })
          }
        />
        <ReportFilters
          definition={definition}
          communityId={communityId}
          address={address}
          groupBy={groupBy}
          days={data}
        />
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        {data && data.rows.length > 0 ? (
          <section className={styles.chart} aria-label={definition.question}>
            <h3>{definition.question}</h3>
            <ReportChart definition={definition} rows={data.rows} onOpen={(row, column) => open(column, row)} />
          </section>
        ) : null}
        <PagedTable<ReportRow>
          label={definition.title}
          rowKey={(row) => `${row.communityId} ${row.keys.join()}`}
          columns={reportColumnsOf(definition, dimensions, sort, communityId === undefined, open)}
          rows={data?.rows}
          total={data?.total ?? 0}
          page={page}
          pageSize={pageSize}
          isLoading={isFetching}
          empty={<Empty description={address.isFiltered ? '没有符合条件的数据，请放宽筛选' : '这段时间没有数据'} />}
          onPage={address.setPage}
          onSort={(next) => set({ sort: next })}
          summary={
            data && data.rows.length > 0 ? (
              <ReportTotals
                definition={definition}
                dimensions={dimensions}
                hasCommunity={communityId === undefined}
                totals={data.totals}
                onOpen={open}
              />
            ) : null
          }
        />
      </div>
      <ReportDefinitionsDrawer
        definition={definition}
        isOpen={dialog === 'definitions'}
        onClose={() => setDialog(undefined)}
      />
      <ReportLinesDrawer
        report={report}
        definition={definition}
        drill={readDrill(search.drill)}
        onClose={() => set({ drill: undefined, page: search.page })}
      />
      {dialog === 'print' ? (
        <Suspense>
          <PrintReport
            report={report}
            definition={definition}
            listing={listing}
            communityName={communityName}
            onClose={() => setDialog(undefined)}
          />
        </Suspense>
      ) : null}
    </PageFrame>
  );
}
