import {
  exportIncome,
  type IncomeRow,
  type IncomeSort,
  incomeChoices,
  incomeFilter,
  incomeKinds,
  incomeSorts,
  incomeSources,
  incomeStates,
  listIncome,
} from '@anlin/contract';
import { PrinterOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button, Empty, Space, type TableColumnType, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { MoneyText } from '../../resource-ui/money-text.tsx';
import { groupThousands, instantText } from '../../resource-ui/text-of.ts';
import { TotalsBar } from '../../resource-ui/totals-bar.tsx';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import styles from './finance.module.css';
import {
  ChoiceFilter,
  choicesOf,
  FilterRow,
  RangeFilter,
  SearchFilter,
  useFilterAddress,
  YearFilter,
} from './finance-filters.tsx';
import { IncomeDrawer } from './income-drawer.tsx';
import { PagedTable } from './paged-table.tsx';
import { StartExportButton } from './start-export-button.tsx';

const PrintIncome = lazy(() => import('./print-income.tsx'));

const filterKeys = Object.keys(incomeFilter.shape).filter((key) => key !== 'communityId');

/** FIN-1: every movement of money, with totals of all that match. */
export default function IncomeScreen() {
  const can = useCan();
  const { id: communityId, name: communityName } = useCommunity();
  const address = useFilterAddress(filterKeys);
  const { values, set, page, pageSize } = address;
  const [opened, setOpened] = useState<IncomeRow>();
  const [isPrinting, setPrinting] = useState(false);
  const sort = incomeSorts.find((one) => one === address.search.sort) ?? '-day';
  const filter = { ...values, communityId };
  const query = { ...filter, sort, page, pageSize };
  const list = useQuery({
    queryKey: ['income', query],
    queryFn: ({ signal }) => call(listIncome, { query: query as never, signal }),
    placeholderData: keepPreviousData,
  });
  const choices = useQuery({
    queryKey: ['income-choices', communityId],
    queryFn: ({ signal }) => call(incomeChoices, { query: { communityId }, signal }),
    staleTime: 60_000,
  });
  const { totals, total } = list.data ?? {};
  return (
    <PageFrame
      isFilling
      help="每一笔收进来和退出去的钱，以及用预存款、押金抵扣的账单。收入合计只算钱，按全部符合条件的记录计算。"
      extra={
        <Space>
          <Button icon={<PrinterOutlined />} disabled={!total} onClick={() => setPrinting(true)}>
            打印
          </Button>
          {can('income.export') ? (
            <>
              <StartExportButton
                label="导出明细"
                total={total}
                start={() => call(exportIncome, { body: { ...filter, sort } as never })}
              />
              <StartExportButton
                label="导出汇总"
                hint="按日、按支付方式汇总当前筛选的全部记录"
                total={total}
                start={() => call(exportIncome, { body: { ...filter, sort, as: 'summary' } as never })}
              />
            </>
          ) : null}
        </Space>
      }
    >
      <div className={styles.page}>
        <FilterRow onClear={address.isFiltered ? address.clear : undefined}>
          <SearchFilter hint="单号、付款人" text={values.q ?? ''} onChange={(q) => set({ q: q || undefined })} />
          <YearFilter unit="day" from={values.from} to={values.to} onChange={(from, to) => set({ from, to })} />
          <RangeFilter
            label="日期"
            unit="day"
            from={values.from}
            to={values.to}
            onChange={(from, to) => set({ from, to })}
          />
          <ChoiceFilter
            label="支付方式"
            value={values.paymentMethodId}
            options={choices.data?.methods ?? []}
            onChange={(paymentMethodId) => set({ paymentMethodId })}
          />
          <ChoiceFilter
            label="收费项目"
            value={values.chargeItemId}
            options={choices.data?.items ?? []}
            onChange={(chargeItemId) => set({ chargeItemId })}
          />
          <ChoiceFilter
            label="经办人"
            value={values.staffId}
            options={choices.data?.staff ?? []}
            onChange={(staffId) => set({ staffId })}
          />
          <ChoiceFilter
            label="状态"
            width={104}
            value={values.state}
            options={choicesOf(receiptStates)}
            onChange={(state) => set({ state })}
          />
          <ChoiceFilter
            label="类型"
            width={96}
            value={values.kind}
            options={choicesOf(incomeKinds)}
            onChange={(kind) => set({ kind })}
          />
          <ChoiceFilter
            label="来源"
            width={112}
            value={values.source}
            options={choicesOf(incomeSources)}
            onChange={(source) => set({ source })}
          />
          <ChoiceFilter
            label="楼宇"
            value={values.buildingId}
            options={choices.data?.buildings ?? []}
            onChange={(buildingId) => set({ buildingId })}
          />
          <RangeFilter
            label="所付账期"
            unit="month"
            from={values.paidFrom}
            to={values.paidTo}
            onChange={(paidFrom, paidTo) => set({ paidFrom, paidTo })}
          />
        </FilterRow>
        {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
        <TotalsBar
          count={list.error ? null : total}
          noun="笔"
          totals={
            totals
              ? [
                  { label: '收入合计', value: groupThousands(totals.income), unit: '元' },
                  { label: '本金', value: groupThousands(totals.principal) },
                  ...unlessZero('违约金', totals.lateFee),
                  ...unlessZero('预存款', totals.prepaid),
                  ...unlessZero('押金', totals.deposit),
                  ...unlessZero('其他', totals.other),
                  ...unlessZero('其中退款', totals.refunded),
                  ...unlessZero('其中撤销', totals.reversed),
                  ...unlessZero('优惠', totals.discount),
                  ...unlessZero('抵扣', totals.offset),
                  ...unlessZero('渠道手续费', totals.channelFee ?? '0.00').map((one) => ({
                    ...one,
                    value: <ChannelFee yuan={one.value} range={values} />,
                  })),
                  ...(totals.chosenPart
                    ? [
                        { label: '其中所选本金', value: groupThousands(totals.chosenPart.principal) },
                        { label: '其中所选违约金', value: groupThousands(totals.chosenPart.lateFee) },
                      ]
                    : []),
                  ...totals.byMethod.map((one) => ({ label: one.name, value: groupThousands(one.income) })),
                ]
              : []
          }
        />
        <PagedTable<IncomeRow>
          label="收入明细"
          rowKey={(row) => row.key}
          columns={incomeColumns(sort, communityId === undefined)}
          rows={list.data?.rows}
          total={total ?? 0}
          page={page}
          pageSize={pageSize}
          isLoading={list.isFetching}
          empty={
            <Empty
              description={address.isFiltered ? '没有符合条件的记录，请放宽筛选' : '还没有收款。在收银台收第一笔'}
            />
          }
          onPage={address.setPage}
          onSort={(next) => set({ sort: next })}
          onOpen={setOpened}
        />
      </div>
      <Suspense>
        {isPrinting ? (
          <PrintIncome filter={filter} sort={sort} communityName={communityName} onClose={() => setPrinting(false)} />
        ) : null}
      </Suspense>
      <IncomeDrawer row={opened} onClose={() => setOpened(undefined)} />
    </PageFrame>
  );
}

/** Leads to the account it is booked to, where the whole of it is shown. */
function ChannelFee({ yuan, range }: { yuan: string; range: Readonly<Record<string, string | undefined>> }) {
  const can = useCan();
  if (!can('trialBalance.view')) return yuan;
  const search = { from: range.from ?? '2000-01-01', to: range.to ?? dayjs().format('YYYY-MM-DD') };
  return (
    <Link to="/finance/trial-balance" search={search as never} title="另由渠道扣下，不从收入合计里减；点开看试算平衡表">
      {yuan}
    </Link>
  );
}

const receiptStates = { valid: '有效', reversed: '已撤销' } as const;
const kindColors = {
  receipt: 'blue',
  reversal: 'red',
  restoration: 'cyan',
  refund: 'volcano',
  amendment: 'gold',
} as const;
const stateColors = { ...kindColors, valid: 'green', reversed: 'default' } as const;

const unlessZero = (label: string, yuan: string) => (yuan === '0.00' ? [] : [{ label, value: groupThousands(yuan) }]);

function incomeColumns(sort: IncomeSort, hasCommunity: boolean): TableColumnType<IncomeRow>[] {
  const order = (key: string) => (sort === key ? 'ascend' : sort === `-${key}` ? 'descend' : null);
  const text = (title: string, width: number, read: (row: IncomeRow) => string): TableColumnType<IncomeRow> => ({
    title,
    width,
    ellipsis: true,
    render: (_, row) => read(row),
  });
  return [
    { ...text('日期', 104, (row) => row.day), key: 'day', sorter: true, sortOrder: order('day') },
    text('时间', 66, (row) => instantText(row.at).slice(11)),
    { ...text('单号', 156, (row) => row.number), className: 'figures' },
    {
      title: '类型',
      width: 70,
      render: (_, row) => <Tag color={kindColors[row.kind]}>{incomeKinds[row.kind]}</Tag>,
    },
    ...(hasCommunity ? [text('小区', 110, (row) => row.communityName)] : []),
    text('收费对象', 150, (row) => row.targetName),
    text('付款人', 90, (row) => row.payerName),
    {
      title: '金额',
      key: 'amount',
      width: 112,
      align: 'right',
      sorter: true,
      sortOrder: order('amount'),
      render: (_, row) => <MoneyText yuan={row.amount} />,
    },
    text('收费项目', 160, (row) => row.items),
    text('支付方式', 90, (row) => row.methodName),
    { title: '违约金', width: 92, align: 'right', render: (_, row) => <MoneyText yuan={row.lateFee} /> },
    text('经办人', 84, (row) => row.staffName),
    {
      title: '状态',
      width: 82,
      render: (_, row) => <Tag color={stateColors[row.state]}>{incomeStates[row.state]}</Tag>,
    },
    text('备注', 140, (row) => row.note),
  ];
}
