import {
  type ReportDefinition,
  type ReportKey,
  type ReportListing,
  readReport,
  reportDimensions,
} from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Modal, Skeleton } from 'antd';
import { createPortal } from 'react-dom';
import { call, errorText } from '../../api/api.ts';
import '../../resource-ui/print-list.css';
import { figureWords } from './report-figure.tsx';

/** More rows than this are a file, not paper. */
const mostRows = 2000;

interface PrintReportProps {
  report: ReportKey;
  definition: ReportDefinition;
  listing: ReportListing;
  communityName: string;
  onClose: () => void;
}

/** The report as it is filtered, on A4 paper across, with its totals. */
export default function PrintReport({ report, definition, listing, communityName, onClose }: PrintReportProps) {
  const { data, error } = useQuery({
    queryKey: ['report', report, 'print', listing],
    gcTime: 0,
    queryFn: ({ signal }) =>
      call(readReport, { params: { report }, query: { ...listing, page: 1, pageSize: mostRows }, signal }),
  });
  const dimensions = (data?.groupBy.split('.') ?? []) as (keyof typeof reportDimensions)[];
  const columns = Object.entries(definition.columns);
  const isCut = (data?.total ?? 0) > mostRows;
  const days = data?.from || data?.to ? `　${data.from ?? '最早'} 至 ${data.to ?? '现在'}` : '';
  return (
    <>
      <Modal
        open
        title={`打印${definition.title}`}
        onCancel={onClose}
        footer={[
          <Button key="close" onClick={onClose}>
            关闭
          </Button>,
          <Button key="print" type="primary" disabled={!data} onClick={() => window.print()}>
            打印 {(data?.rows.length ?? 0).toLocaleString('zh-CN')} 行
          </Button>,
        ]}
      >
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        {isCut ? (
          <Alert
            type="warning"
            showIcon
            title={`共 ${data?.total.toLocaleString('zh-CN')} 行，一次最多打印 ${mostRows.toLocaleString('zh-CN')} 行，只打印前面的。请缩小筛选范围，或改用导出`}
          />
        ) : null}
        {data || error ? <p>A4 横向，按当前的筛选、汇总方式和排序，末行是全部的合计。</p> : <Skeleton active />}
      </Modal>
      {data
        ? createPortal(
            <section className="print-list" aria-hidden="true">
              <h1>{definition.title}</h1>
              <p>
                {communityName}
                {days}　共 {data.total.toLocaleString('zh-CN')} 行{isCut ? `，打印前 ${mostRows} 行` : ''}
              </p>
              <table>
                <thead>
                  <tr>
                    {dimensions.map((one) => (
                      <th key={one}>{reportDimensions[one]}</th>
                    ))}
                    {columns.map(([key, { title }]) => (
                      <th key={key}>{title}</th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {data.rows.map((row) => (
                    <tr key={`${row.communityId}${row.keys.join()}`}>
                      {row.labels.map((label, index) => (
                        <td key={dimensions[index]}>{label}</td>
                      ))}
                      {columns.map(([key, { kind }]) => (
                        <td key={key} className="figure">
                          {figureWords(kind, row.cells[key])}
                        </td>
                      ))}
                    </tr>
                  ))}
                  <tr>
                    <td colSpan={dimensions.length}>合计</td>
                    {columns.map(([key, { kind }]) => (
                      <td key={key} className="figure">
                        {figureWords(kind, data.totals[key])}
                      </td>
                    ))}
                  </tr>
                </tbody>
              </table>
            </section>,
            document.body,
          )
        : null}
    </>
  );
}
