import { type ImportKindName, type ImportRecord, importKinds, importState, listImports } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Space, type TableColumnType, Tag, Tooltip } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { stateText } from '../../resource-ui/import-state.ts';
import { ImportUndoButton } from '../../resource-ui/import-undo-button.tsx';
import { instantText } from '../../resource-ui/text-of.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import { openFile } from '../../tasks/open-file.ts';
import styles from '../finance/finance.module.css';
import { ChoiceFilter, FilterRow, SearchFilter, useFilterAddress } from '../finance/finance-filters.tsx';
import { PagedTable } from '../finance/paged-table.tsx';

const pollMilliseconds = 1500;

const kinds = Object.entries(importKinds).map(([id, { label }]) => ({ id, name: label }));
const states = importState.options.map((id) => ({ id, name: stateText[id] }));

/** Where the wizard of each list stands. */
const wizardPaths: Readonly<Record<ImportKindName, string>> = {
  building: '/estate/buildings/import',
  house: '/estate/houses/import',
  parkingSpace: '/estate/parking-spaces/import',
  resident: '/estate/residents/import',
  vehicle: '/estate/vehicles/import',
  tag: '/estate/tags/import',
  chargeItem: '/charging/charge-items/import',
  standardBinding: '/charging/standard-bindings/import',
  bill: '/charging/bills/import',
  meter: '/charging/meters/import',
  meterReading: '/charging/meter-readings/import',
  prepaidAccount: '/cashier/prepaid/import',
  deposit: '/cashier/deposits/import',
  fundAccount: '/finance/maintenance-fund/import',
  invoiceTitle: '/finance/invoice-titles',
  bankAgreement: '/cashier/bank-agreements/import',
  staff: '/organisation/staff/import',
  externalContact: '/organisation/external-contacts/import',
};

const tones: Readonly<Partial<Record<ImportRecord['state'], string>>> = {
  done: 'green',
  stopped: 'orange',
  importing: 'blue',
  checking: 'blue',
  undoing: 'blue',
};

/** Which files were imported, by whom and with what outcome; failed rows and undo (PLT-9). */
export default function ImportHistoryScreen() {
  const can = useCan();
  const { id: communityId } = useCommunity();
  const address = useFilterAddress(['kind', 'state', 'q', 'whose']);
  const { values, set, page, pageSize } = address;
  const query = { ...values, communityId, page, pageSize };
  const list = useQuery({
    queryKey: ['import-history', query],
    queryFn: ({ signal }) => call(listImports, { query: query as never, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.rows.some((row) => ['checking', 'importing', 'undoing'].includes(row.state))
        ? pollMilliseconds
        : false,
  });
  return (
    <PageFrame
      isFilling
      help={
        can('importHistory.view')
          ? '您看得到的小区里，所有人导入过的文件和结果。没有被后续数据用到的导入，可以整个撤销。'
          : '您导入过的文件和结果。没有被后续数据用到的导入，可以整个撤销。'
      }
    >
      <div className={styles.page}>
        <FilterRow onClear={address.isFiltered ? address.clear : undefined}>
          <SearchFilter hint="文件名、导入人" text={values.q ?? ''} onChange={(q) => set({ q: q || undefined })} />
          <ChoiceFilter label="列表" value={values.kind} options={kinds} onChange={(kind) => set({ kind })} />
          <ChoiceFilter label="状态" value={values.state} options={states} onChange={(state) => set({ state })} />
          {can('importHistory.view') ? (
            <ChoiceFilter
              label="范围"
              value={values.whose}
              options={[{ id: 'own', name: '只看我的' }]}
              onChange={(whose) => set({ whose })}
            />
          ) : null}
        </FilterRow>
        {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
        <PagedTable<ImportRecord>
          label="导入记录"
          rowKey={({ id }) => id}
          columns={columns}
          rows={list.data?.rows}
          total={list.data?.total ?? 0}
          page={page}
          pageSize={pageSize}
          isLoading={list.isPending}
          empty={<Empty description="还没有导入记录。在房屋、车位、车辆等列表点“导入”开始" />}
          onPage={address.setPage}
        />
      </div>
    </PageFrame>
  );
}

const counted = (row: ImportRecord, key: 'added' | 'updated' | 'skipped') =>
  isRun(row) ? row.counts[key].toLocaleString('zh-CN') : '';

const isRun = ({ state }: ImportRecord) => ['importing', 'stopped', 'done', 'undoing', 'undone'].includes(state);

const columns: TableColumnType<ImportRecord>[] = [
  { title: '导入时间', dataIndex: 'createdAt', width: 140, render: (text: string) => instantText(text) },
  { title: '列表', dataIndex: 'kindLabel', width: 76 },
  { title: '文件', dataIndex: 'fileName', width: 190, ellipsis: true },
  { title: '状态', dataIndex: 'state', width: 136, render: (_, row) => <StateTag row={row} /> },
  { title: '新增', width: 72, align: 'end', render: (_, row) => counted(row, 'added') },
  { title: '更新', width: 72, align: 'end', render: (_, row) => counted(row, 'updated') },
  {
    title: '未导入',
    width: 72,
    align: 'end',
    render: (_, row) => (isRun(row) ? (row.counts.bad + row.counts.failed).toLocaleString('zh-CN') : ''),
  },
  { title: '导入人', dataIndex: 'createdByName', width: 90, ellipsis: true },
  { title: '小区', dataIndex: 'communityName', width: 130, ellipsis: true },
  { title: '未改动', width: 72, align: 'end', render: (_, row) => counted(row, 'skipped') },
  { title: '文件行数', width: 84, align: 'end', render: (_, { counts }) => counts.rows.toLocaleString('zh-CN') },
  { title: '操作', width: 168, fixed: 'right', render: (_, row) => <RowActions row={row} /> },
];

function StateTag({ row }: { row: ImportRecord }) {
  const { state, error, undoneByName, undoneAt } = row;
  const undone = undoneAt === null ? null : `${undoneByName ?? ''} 于 ${instantText(undoneAt)} 撤销`;
  const note = undone ?? error;
  const tag = <Tag {...(tones[state] ? { color: tones[state] } : {})}>{stateText[state]}</Tag>;
  if (note === null) return tag;
  return (
    <Tooltip title={note}>
      <span>
        {tag}
        {state === 'done' ? <span className="muted">撤销未成</span> : null}
      </span>
    </Tooltip>
  );
}

function RowActions({ row }: { row: ImportRecord }) {
  const { message } = App.useApp();
  const { go } = useAddress();
  const { id, kind, isOwn, isUndoable, failedRowsFileId, counts } = row;
  const path = kind in wizardPaths ? wizardPaths[kind as ImportKindName] : undefined;
  return (
    <Space size={0}>
      {isOwn && path ? (
        <Button type="link" size="small" onClick={() => go(path, { import: id })}>
          打开
        </Button>
      ) : null}
      {failedRowsFileId === null ? null : (
        <Button
          type="link"
          size="small"
          onClick={() => openFile(failedRowsFileId).catch((error: unknown) => message.error(errorText(error)))}
        >
          失败的行
        </Button>
      )}
      {isUndoable ? <ImportUndoButton id={id} added={counts.added} updated={counts.updated} size="small" /> : null}
    </Space>
  );
}
