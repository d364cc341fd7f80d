import { batchFields, type Field, type Permission, type ResourceDefinition, type ResourceRow } from '@anlin/contract';
import { DeleteOutlined, ImportOutlined, PlusOutlined, PrinterOutlined } from '@ant-design/icons';
import { Button, Skeleton, Space } from 'antd';
import { Fragment, lazy, type ReactNode, Suspense, useState } from 'react';
import { usePersonMemory } from '../memory/use-person-memory.ts';
import { useCan, useSession } from '../session/session-context.ts';
import { useAddress } from '../shell/address.ts';
import { PageFrame } from '../shell/page-frame.tsx';
import type { BatchChosen } from './batch-edit-drawer.tsx';
import { arrangeColumns, readColumnMemory } from './column-memory.ts';
import { ColumnSettings } from './column-settings.tsx';
import { useDeleteRows } from './delete-rows.ts';
import { ExportButton } from './export-button.tsx';
import { FilterBar } from './filter-bar.tsx';
import type { FormSection } from './form-sections.ts';
import type { FormValues } from './form-values.ts';
import { type ListState, withFilter } from './list-address.ts';
import { ListPager } from './list-pager.tsx';
import { type ColumnOverrides, tableColumns } from './resource-columns.tsx';
import type { DetailTab } from './resource-detail.tsx';
import { ResourceEmpty } from './resource-empty.tsx';
import type { ControlOverrides } from './resource-form.tsx';
import styles from './resource-page.module.css';
import { ResourceTable } from './resource-table.tsx';
import { totalsOf } from './resource-totals.tsx';
import { TotalsBar } from './totals-bar.tsx';
import { useCompanyDefinition } from './use-company-definition.ts';
import { type ListConditions, type ResourceListReply, useResourceList } from './use-resource-list.ts';

// The table is what a person waits for; drawer and form come when they are first opened.
const ResourceDetail = lazy(() => import('./resource-detail.tsx'));
const ListError = lazy(() => import('./list-error.tsx'));
const ResourceForm = lazy(() => import('./resource-form.tsx'));
const BatchEditDrawer = lazy(() => import('./batch-edit-drawer.tsx'));
const PrintList = lazy(() => import('./print-list.tsx'));

export interface ResourcePageProps {
  definition: ResourceDefinition;
  /** One line under the title: what this list is for. */
  help?: ReactNode;
  /** Lists that stand beside this one on the same page, above the filters. */
  tabs?: ReactNode;
  /** What an empty list advises to do first. Default: add one, or import. */
  emptyHint?: string;
  /** What the search box finds. Default: the labels of the searched fields. */
  searchHint?: string;
  /** Fields shown differently, by key. */
  columns?: ColumnOverrides;
  /** Form controls of a screen's own, by key. */
  controls?: ControlOverrides;
  /** What a new row begins with. */
  initialValues?: FormValues;
  /** Fields of form and detail under headings; those named nowhere follow at the end. */
  sections?: readonly FormSection[];
  /** More tabs in the drawer of a row. */
  detail?: readonly DetailTab[];
  /** More actions of a row: in the fixed column (`list`) and in the head of its drawer (`detail`). */
  rowActions?: (row: ResourceRow, place: 'list' | 'detail') => ReactNode;
  /** Pixels of the fixed column, where `rowActions` adds more than one button. */
  actionsWidth?: number;
  /** Actions on the chosen rows. Given, rows can be chosen even by those who may not delete. */
  batchActions?: (rows: readonly ResourceRow[], clear: () => void) => ReactNode;
  /** More buttons beside “新增”. */
  toolbar?: (list: { conditions: ListConditions; reply: ResourceListReply | undefined }) => ReactNode;
  /** More figures over everything that matches, beside the totals. */
  moreTotals?: (conditions: ListConditions) => ReactNode;
  /** Actions on everything that matches, beside the column settings while no row is chosen. */
  matchActions?: (conditions: ListConditions, total: number) => ReactNode;
  /** A row as a card: the page then shows cards in place of the table. */
  card?: (row: ResourceRow, slots: { actions: ReactNode; open: () => void }) => ReactNode;
  /** Tree beside the list; choosing in it sets filters. */
  sideTree?: (list: { state: ListState; setState: (state: ListState) => void }) => ReactNode;
}

/**
 * A whole page from a definition and the fields the company added to it: filters, totals, table, drawer, form, delete,
 * export. Slots add what is special.
 */
export function ResourcePage(props: ResourcePageProps) {
  const { definition, error } = useCompanyDefinition(props.definition);
  if (definition) return <DefinedPage {...props} definition={definition} />;
  return (
    <PageFrame isFilling help={props.help}>
      <Suspense>{error ? <ListError error={error} /> : <Skeleton active paragraph={{ rows: 8 }} />}</Suspense>
    </PageFrame>
  );
}

function DefinedPage(props: ResourcePageProps) {
  const { definition, help, emptyHint, columns = {}, controls, initialValues, detail = [] } = props;
  const { rowActions, batchActions, toolbar, moreTotals, matchActions, card, sideTree, sections } = props;
  const { permissions, fields } = definition;
  const holds = useCan();
  // A list-only resource is changed by the screen's own actions alone; it may still be imported and exported.
  const can = (permission: Permission) => holds(permission) && definition.isListOnly !== true;
  const { communities } = useSession();
  const { pathname, search, change, go } = useAddress();
  // While the next page is being loaded the address is already its own: its `id` is no row of this list.
  const [ownPath] = useState(pathname);
  const openedId = pathname === ownPath ? search.id : undefined;
  const { state, setState, conditions, list } = useResourceList(definition);
  const [memory, setMemory] = usePersonMemory(`columns.${definition.name}`, readColumnMemory);
  const [editing, setEditing] = useState<ResourceRow | 'new'>();
  const [chosen, setChosen] = useState<readonly ResourceRow[]>([]);
  const clear = () => setChosen([]);
  const [batch, setBatch] = useState<BatchChosen>();
  const [isPrinting, setPrinting] = useState(false);
  const remove = useDeleteRows(definition, () => {
    clear();
    change({ id: undefined }, { replace: true });
  });

  const arranged = arrangeColumns(definition, memory);
  const mayBatch = card === undefined && can(permissions.edit) && batchFields(definition).length > 0;
  const mayChoose = card === undefined && (batchActions !== undefined || mayBatch || can(permissions.delete));
  const total = list.data?.total ?? 0;
  const mayImport = permissions.import !== undefined && holds(permissions.import);
  // The wizard has its own address below the list's, so that a reload comes back to it.
  const startImport = () => go(`${pathname}/import`, { community: search.community });
  const open = (row: ResourceRow) => change({ id: row.id });
  const isFiltered = state.q !== '' || Object.keys(state.filter).length > 0;
  const create = can(permissions.create) ? () => setEditing('new') : undefined;

  const actionsOf = (row: ResourceRow, place: 'list' | 'detail') => {
    const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
    return (
      <Space size={place === 'list' ? 0 : 8}>
        {rowActions?.(row, place)}
        {can(permissions.edit) ? (
          <Button {...look} onClick={() => setEditing(row)}>
            修改
          </Button>
        ) : null}
        {can(permissions.delete) ? (
          <Button {...look} danger onClick={() => remove([row])}>
            删除
          </Button>
        ) : null}
      </Space>
    );
  };

  const tableColumnList = tableColumns({
    definition,
    arranged,
    overrides: columns,
    sort: state.sort,
    hasCommunity: definition.isCommunityScoped && conditions.communityId === undefined && communities.length > 1,
    onResized: (key, width) => setMemory({ ...memory, widths: { ...memory.widths, [key]: width } }),
    openLink: (row, title) => (
      <Button type="link" size="small" className={styles.title ?? ''} onClick={() => open(row)}>
        {title}
      </Button>
    ),
  });
  const hasActions = rowActions !== undefined || can(permissions.edit) || can(permissions.delete);
  const actionColumn = {
    key: 'actions',
    title: '操作',
    fixed: 'end' as const,
    width: props.actionsWidth ?? (rowActions === undefined || definition.isListOnly === true ? 100 : 170),
    render: (_: unknown, row: ResourceRow) => actionsOf(row, 'list'),
  };

  const toPage = (page: number, pageSize: number) =>
    setState({ ...state, page: pageSize === state.pageSize ? page : 1, pageSize });
  const empty = list.error ? (
    ' '
  ) : (
    <ResourceEmpty
      label={definition.label}
      hint={emptyHint}
      isFiltered={isFiltered}
      onClear={() => setState({ ...state, page: 1, q: '', filter: {} })}
      onCreate={create}
      onImport={mayImport ? startImport : undefined}
    />
  );

  return (
    <PageFrame
      isFilling
      help={help}
      extra={
        <>
          {toolbar?.({ conditions, reply: list.data })}
          {mayImport ? (
            <Button icon={<ImportOutlined />} onClick={startImport}>
              导入
            </Button>
          ) : null}
          {permissions.export !== undefined && holds(permissions.export) ? (
            <ExportButton
              definition={definition}
              query={conditions}
              columns={arranged.filter(({ isShown }) => isShown).map(({ key }) => key)}
              total={list.data?.total}
            />
          ) : null}
          {create ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={create}>
              新增{definition.label}
            </Button>
          ) : null}
        </>
      }
    >
      {props.tabs === undefined ? null : <div style={{ marginBottom: 8 }}>{props.tabs}</div>}
      <div className={styles.columns}>
        {sideTree ? <aside className={styles.tree}>{sideTree({ state, setState })}</aside> : null}
        <div className={styles.list}>
          <FilterBar
            name={definition.name}
            fields={fields}
            state={state}
            searchHint={props.searchHint ?? searchHintOf(fields)}
            communityId={conditions.communityId}
            onFilter={(key, value) => setState(withFilter(state, key, value))}
            onSearch={(q) => setState({ ...state, page: 1, q })}
            onReplace={(next) => setState({ ...state, page: 1, ...next })}
          />
          <TotalsBar
            count={list.error ? null : list.data?.total}
            noun={`条${definition.label}`}
            totals={totalsOf(definition, list.data?.totals)}
            more={moreTotals?.(conditions)}
            extra={
              <>
                {chosen.length === 0 ? (
                  <Space>
                    {matchActions?.(conditions, total)}
                    {mayBatch && total > 0 ? (
                      <Button size="small" onClick={() => setBatch({ conditions, count: total })}>
                        批量修改
                      </Button>
                    ) : null}
                    {card || total === 0 ? null : (
                      <Button size="small" icon={<PrinterOutlined />} onClick={() => setPrinting(true)}>
                        打印
                      </Button>
                    )}
                  </Space>
                ) : (
                  <Space>
                    <span>已选 {chosen.length} 条</span>
                    {batchActions?.(chosen, clear)}
                    {mayBatch ? (
                      <Button size="small" onClick={() => setBatch({ ids: chosen.map(({ id }) => id) })}>
                        批量修改
                      </Button>
                    ) : null}
                    {can(permissions.delete) ? (
                      <Button size="small" danger icon={<DeleteOutlined />} onClick={() => remove(chosen)}>
                        删除
                      </Button>
                    ) : null}
                    <Button size="small" onClick={clear}>
                      取消选择
                    </Button>
                  </Space>
                )}
                {card ? null : <ColumnSettings columns={arranged} memory={memory} onChange={setMemory} />}
              </>
            }
          />
          {list.error ? (
            <Suspense>
              <ListError error={list.error} />
            </Suspense>
          ) : null}
          {card ? (
            <div className={styles.cards}>
              {list.data ? null : <Skeleton active />}
              {list.data?.rows.length === 0 || list.error ? empty : null}
              {list.data?.rows.map((row) => (
                <Fragment key={row.id}>
                  {card(row, { actions: actionsOf(row, 'list'), open: () => open(row) })}
                </Fragment>
              ))}
              {(list.data?.total ?? 0) <= state.pageSize ? null : (
                <ListPager page={state.page} pageSize={state.pageSize} total={list.data?.total ?? 0} onPage={toPage} />
              )}
            </div>
          ) : (
            <ResourceTable
              titleField={definition.titleField}
              label={`${definition.label}列表`}
              columns={hasActions ? [...tableColumnList, actionColumn] : tableColumnList}
              rows={list.data?.rows}
              total={list.data?.total ?? 0}
              page={state.page}
              pageSize={state.pageSize}
              isLoading={list.isPending || list.isPlaceholderData}
              openedId={openedId}
              selection={mayChoose ? { rows: chosen, onChange: setChosen } : undefined}
              empty={empty}
              onPage={toPage}
              onSort={(sort) => setState({ ...state, page: 1, sort })}
              onOpen={open}
            />
          )}
        </div>
      </div>
      <Suspense>
        {openedId === undefined ? null : (
          <ResourceDetail
            definition={definition}
            id={openedId}
            overrides={columns}
            tabs={detail}
            sections={sections}
            actions={(row) => actionsOf(row, 'detail')}
            onClose={() => change({ id: undefined })}
          />
        )}
        {batch === undefined ? null : (
          <BatchEditDrawer
            definition={definition}
            chosen={batch}
            communityId={conditions.communityId}
            onClose={() => setBatch(undefined)}
            onDone={() => {
              setBatch(undefined);
              clear();
            }}
          />
        )}
        {isPrinting ? (
          <PrintList
            definition={definition}
            conditions={conditions}
            columns={arranged}
            total={total}
            communityName={communities.find(({ id }) => id === conditions.communityId)?.name ?? '全部小区'}
            onClose={() => setPrinting(false)}
          />
        ) : null}
        {editing === undefined ? null : (
          <ResourceForm
            definition={definition}
            row={editing === 'new' ? undefined : editing}
            controls={controls}
            initialValues={initialValues}
            onClose={() => setEditing(undefined)}
            sections={sections}
            onSaved={() => setEditing(undefined)}
          />
        )}
      </Suspense>
    </PageFrame>
  );
}

/** `房号、姓名`: what the search box finds; no box where nothing is searched. */
function searchHintOf(fields: Readonly<Record<string, Field>>): string | undefined {
  const labels = Object.values(fields)
    .filter((field) => field.kind === 'text' && field.isSearched)
    .map(({ label }) => label);
  return labels.length === 0 ? undefined : labels.join('、');
}
