import { flattenRow, type ResourceDefinition, type ResourceRow, resourceEndpoints } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Modal, Progress } from 'antd';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import { call, errorText } from '../api/api.ts';
import type { ArrangedColumn } from './column-memory.ts';
import { filterInWords } from './filter-words.ts';
import './print-list.css';
import { printedText } from './printed-text.ts';
import { headingOf } from './resource-columns.tsx';
import type { ListConditions } from './use-resource-list.ts';

/** More rows than this are a file, not paper. */
const mostRows = 2000;
const pageSize = 500;

interface PrintListProps {
  definition: ResourceDefinition;
  conditions: ListConditions;
  columns: readonly ArrangedColumn[];
  total: number;
  communityName: string;
  onClose: () => void;
}

/** What the filter shows on A4 paper across: all matching rows up to a bound that is said, the filter in words above. */
export default function PrintList({ definition, conditions, columns, total, communityName, onClose }: PrintListProps) {
  const [done, setDone] = useState(0);
  const { data, error } = useQuery({
    queryKey: [definition.name, 'print', conditions, total],
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const { list } = resourceEndpoints(definition);
      const rows: ResourceRow[] = [];
      for (let page = 1; rows.length < Math.min(total, mostRows); page += 1) {
        const reply = await call(list, { query: { ...conditions, page, pageSize }, signal });
        const found = (reply.rows as ResourceRow[]).map(flattenRow);
        rows.push(...found);
        setDone(rows.length);
        if (found.length < pageSize) break;
      }
      return { rows: rows.slice(0, mostRows), words: await filterInWords(definition, conditions) };
    },
  });
  const printed = Math.min(total, mostRows);
  const isCut = total > mostRows;
  return (
    <>
      <Modal
        open
        title={`打印${definition.label}列表`}
        onCancel={onClose}
        footer={[
          <Button key="close" onClick={onClose}>
            关闭
          </Button>,
          <Button key="print" type="primary" disabled={!data} onClick={() => window.print()}>
            打印 {printed.toLocaleString('zh-CN')} 条
          </Button>,
        ]}
      >
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        {isCut ? (
          <Alert
            type="warning"
            showIcon
            title={`符合条件的有 ${total.toLocaleString('zh-CN')} 条，一次最多打印 ${mostRows.toLocaleString('zh-CN')} 条，只打印前面的。请缩小筛选范围，或改用导出`}
          />
        ) : null}
        <p>A4 横向，按当前的筛选、排序和显示的列。列多时请先在齿轮里收起不用的列。</p>
        {data ? (
          <p className="muted">{data.words === '' ? '没有筛选条件，打印全部' : data.words}</p>
        ) : (
          <Progress percent={Math.round((done / Math.max(1, printed)) * 100)} />
        )}
      </Modal>
      {data
        ? createPortal(
            <section className="print-list" aria-hidden="true">
              <h1>{definition.label}列表</h1>
              <p>
                {communityName}　共 {total.toLocaleString('zh-CN')} 条{isCut ? `，打印前 ${mostRows} 条` : ''}
                {data.words === '' ? '' : `　${data.words}`}
              </p>
              <PrintedTable definition={definition} columns={columns} rows={data.rows} />
            </section>,
            document.body,
          )
        : null}
    </>
  );
}

interface PrintedTableProps extends Pick<PrintListProps, 'definition' | 'columns'> {
  rows: readonly ResourceRow[];
}

function PrintedTable({ definition, columns, rows }: PrintedTableProps) {
  const shown = columns.filter(({ isShown }) => isShown);
  return (
    <table>
      <thead>
        <tr>
          <th>序号</th>
          {definition.isCommunityScoped ? <th>小区</th> : null}
          {shown.map(({ key, field }) => (
            <th key={key}>{headingOf(field, undefined)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={row.id}>
            <td>{index + 1}</td>
            {definition.isCommunityScoped ? <td>{row.communityLabel}</td> : null}
            {shown.map(({ key, field }) => (
              <td key={key} className={isFigure(field.kind) ? 'figure' : undefined}>
                {printedText(field, row[key], row[`${key}Label`])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function isFigure(kind: string): boolean {
  return kind === 'decimal' || kind === 'money' || kind === 'integer';
}
