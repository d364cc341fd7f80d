import { type EndpointReply, type LedgerCell, ledgerChoices, ledgerYear } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Empty, Select, Table, type TableColumnType, Tooltip } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { MoneyText } from '../../resource-ui/money-text.tsx';
import { groupThousands } from '../../resource-ui/text-of.ts';
import { TotalsBar } from '../../resource-ui/totals-bar.tsx';
import { useCommunity } from '../../shell/community.ts';
import { readTargetKind, targetKindOptions, targetNouns } from '../charging/target-kinds.ts';
import styles from './finance.module.css';
import { ChoiceFilter, FilterRow, SearchFilter, useFilterAddress } from './finance-filters.tsx';
import { ledgerTotals } from './ledger-sums.tsx';
import { LedgerTargetDrawer } from './ledger-target-drawer.tsx';
import { PagedTable } from './paged-table.tsx';

type YearReply = EndpointReply<typeof ledgerYear>;
type YearRow = YearReply['rows'][number];

const filterKeys = ['q', 'year', 'chargeItemId', 'buildingId', 'tagId', 'targetKind'];
const yearsShown = 12;

/** Houses × 12 months, coloured; also those without a bill, so that a month forgotten is seen. */
export function LedgerYearGrid() {
  const { id: communityId } = useCommunity();
  const address = useFilterAddress(filterKeys);
  const { values, set, page, pageSize, search } = address;
  const thisYear = dayjs().year();
  const year = /^\d{4}$/.test(values.year ?? '') ? Number(values.year) : thisYear;
  const targetKind = readTargetKind(values.targetKind);
  const { q, chargeItemId, buildingId, tagId } = values;
  const query = { communityId, q, chargeItemId, buildingId, tagId, targetKind, page, pageSize } as const;
  const grid = useQuery({
    queryKey: ['charge-ledger-year', year, query],
    queryFn: ({ signal }) => call(ledgerYear, { params: { year }, query, signal }),
    placeholderData: keepPreviousData,
  });
  const choices = useQuery({
    queryKey: ['ledger-choices', communityId],
    queryFn: ({ signal }) => call(ledgerChoices, { query: { communityId }, signal }),
    staleTime: 60_000,
  });
  const years = Array.from({ length: yearsShown }, (_, index) => thisYear + 1 - index);
  const { data } = grid;
  return (
    <div className={styles.page}>
      <FilterRow onClear={address.isFiltered ? address.clear : undefined}>
        <Select
          aria-label="年份"
          style={{ width: 96 }}
          value={year}
          options={years.map((one) => ({ value: one, label: `${one}年` }))}
          onChange={(next) => set({ year: String(next) })}
        />
        <Select
          aria-label="房屋、车位或车辆"
          style={{ width: 84 }}
          value={targetKind}
          options={targetKindOptions}
          onChange={(next) => set({ targetKind: next === 'house' ? undefined : next })}
        />
        <SearchFilter hint="房号、车位号、车牌" text={q ?? ''} onChange={(text) => set({ q: text || undefined })} />
        <ChoiceFilter
          label="收费项目"
          value={chargeItemId}
          options={choices.data?.items ?? []}
          onChange={(next) => set({ chargeItemId: next })}
        />
        <ChoiceFilter
          label="楼宇"
          value={buildingId}
          options={choices.data?.buildings ?? []}
          onChange={(next) => set({ buildingId: next })}
        />
        <ChoiceFilter
          label="标签"
          value={tagId}
          options={choices.data?.tags ?? []}
          onChange={(next) => set({ tagId: next })}
        />
      </FilterRow>
      {grid.error ? <Alert type="error" showIcon title={errorText(grid.error)} /> : null}
      <TotalsBar
        count={grid.error ? null : data?.total}
        noun={targetNouns[targetKind]}
        totals={data ? ledgerTotals(data.totals) : []}
        extra={<Legend />}
      />
      <PagedTable<YearRow>
        label={`${year} 年度台账`}
        rowKey={(row) => row.targetId}
        columns={yearColumns(communityId === undefined)}
        rows={data?.rows}
        total={data?.total ?? 0}
        page={page}
        pageSize={pageSize}
        isLoading={grid.isFetching}
        empty={<Empty description="没有符合条件的房屋、车位或车辆，请放宽筛选" />}
        onPage={address.setPage}
        onOpen={(row) => set({ id: row.targetId, page: search.page })}
        summary={data ? <MonthTotals reply={data} hasCommunity={communityId === undefined} /> : undefined}
      />
      <LedgerTargetDrawer
        targetId={search.id}
        filter={{ chargeItemId, monthFrom: `${year}-01`, monthTo: `${year}-12` }}
        onClose={() => set({ id: undefined, page: search.page })}
      />
    </div>
  );
}

const looks = {
  paid: { text: '已缴清', style: styles.paid },
  waived: { text: '已减免', style: styles.waived },
  partly: { text: '部分缴纳', style: styles.partly },
  due: { text: '未缴', style: styles.due },
  overdue: { text: '逾期未缴清', style: styles.overdue },
  none: { text: '无账单', style: styles.none },
} as const;

function Legend() {
  return (
    <div className={styles.legend}>
      {Object.values(looks).map(({ text, style }) => (
        <span key={text}>
          <i className={`${styles.swatch} ${style}`} style={text === '无账单' ? { borderColor: 'currentColor' } : {}} />
          {text}
        </span>
      ))}
    </div>
  );
}

/** The colour tells the state; the figure is what is still owed, or what was paid when nothing is. */
function MonthCell({ cell, month }: { cell: LedgerCell; month: number }) {
  if (cell.state === 'none') return <span className={`${styles.cell} ${styles.none}`}>·</span>;
  const { text, style } = looks[cell.isOverdue ? 'overdue' : cell.state];
  const shown = cell.state === 'paid' ? cell.received : cell.outstanding;
  return (
    <Tooltip
      title={
        <>
          {month} 月 · {text}
          <br />
          应收 {groupThousands(cell.receivable)}
          <br />
          实收 {groupThousands(cell.received)}
          <br />
          未收 {groupThousands(cell.outstanding)}
        </>
      }
    >
      <span className={`${styles.cell} ${style} figures`}>{groupThousands(shown).replace(/\.00$/, '')}</span>
    </Tooltip>
  );
}

function yearColumns(hasCommunity: boolean): TableColumnType<YearRow>[] {
  const months = Array.from({ length: 12 }, (_, index) => index);
  return [
    { title: '收费对象', width: 110, fixed: 'start', ellipsis: true, render: (_, row) => row.label },
    ...(hasCommunity
      ? [{ title: '小区', width: 74, ellipsis: true, render: (_: unknown, row: YearRow) => row.communityName }]
      : []),
    ...months.map(
      (index): TableColumnType<YearRow> => ({
        title: `${index + 1}月`,
        width: 68,
        align: 'center',
        // Five figures and their fen have room: nothing of a sum is ever cut off.
        onCell: () => ({ style: { paddingInline: 2 } }),
        render: (_, row) => {
          const cell = row.months[index];
          return cell ? <MonthCell cell={cell} month={index + 1} /> : null;
        },
      }),
    ),
    { title: '全年应收', width: 94, align: 'right', render: (_, row) => <MoneyText yuan={row.year.receivable} /> },
    { title: '全年未收', width: 94, align: 'right', render: (_, row) => <MoneyText yuan={row.year.outstanding} /> },
  ];
}

/** Collection rate of every month over all that match, not only of this page. */
function MonthTotals({ reply, hasCommunity }: { reply: YearReply; hasCommunity: boolean }) {
  const leading = hasCommunity ? 2 : 1;
  return (
    <Table.Summary.Row>
      <Table.Summary.Cell index={0} colSpan={leading}>
        <b>收缴率</b>
      </Table.Summary.Cell>
      {reply.monthTotals.map((sums, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the months of a year are fixed.
        <Table.Summary.Cell key={index} index={leading + index} align="center">
          <Tooltip
            title={`应收 ${groupThousands(sums.receivable)}，实收 ${groupThousands(sums.received)}，未收 ${groupThousands(sums.outstanding)}`}
          >
            <span className="figures">{sums.rate === null ? '—' : `${sums.rate}%`}</span>
          </Tooltip>
        </Table.Summary.Cell>
      ))}
      <Table.Summary.Cell index={leading + 12} align="right">
        <MoneyText yuan={reply.totals.receivable} />
      </Table.Summary.Cell>
      <Table.Summary.Cell index={leading + 13} align="right">
        <MoneyText yuan={reply.totals.outstanding} />
      </Table.Summary.Cell>
    </Table.Summary.Row>
  );
}
