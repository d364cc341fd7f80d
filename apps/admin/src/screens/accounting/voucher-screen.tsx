import { listVoucherBatches, listVouchers, type VoucherRow, voucherKinds } from '@anlin/contract';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Empty, Segmented, Space, type TableColumnType, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { groupThousands, MoneyText, PageFrame, TotalsBar } from '../../resource-ui/index.ts';
import { useCommunity } from '../../shell/community.ts';
import styles from '../finance/finance.module.css';
import { ChoiceFilter, choicesOf, FilterRow, useFilterAddress } from '../finance/finance-filters.tsx';
import { PagedTable } from '../finance/paged-table.tsx';
import { MakeVouchersDrawer } from './make-vouchers-drawer.tsx';
import { VoucherBatches } from './voucher-batches.tsx';
import { VoucherDrawer } from './voucher-drawer.tsx';

const keys = ['month', 'kind', 'view'];

/** FIN-4: vouchers of closed days: made, looked at, exported, voided. */
export default function VoucherScreen() {
  const queries = useQueryClient();
  const { id: communityId, name } = useCommunity();
  const { values, set, page, pageSize, setPage, search, isFiltered, clear } = useFilterAddress(keys);
  const [isMaking, setMaking] = useState(false);
  const [opened, setOpened] = useState<string>();
  const isBatches = search.view === 'batches';
  const batches = useQuery({
    queryKey: ['vouchers', 'batches', communityId],
    queryFn: ({ signal }) => call(listVoucherBatches, { query: { communityId }, signal }),
  });
  const query = { communityId, month: values.month, kind: values.kind, page, pageSize };
  const list = useQuery({
    queryKey: ['vouchers', 'list', query],
    queryFn: ({ signal }) => call(listVouchers, { query: query as never, signal }),
    placeholderData: keepPreviousData,
    enabled: !isBatches,
  });
  const refresh = () => void queries.invalidateQueries({ queryKey: ['vouchers'] });
  const error = isBatches ? batches.error : (list.error ?? batches.error);
  return (
    <PageFrame
      isFilling={!isBatches}
      help="把已结账日子里的单据汇总成会计凭证，导入用友或金蝶。生成后不再改变；更正记入之后的日子，另成凭证。"
      extra={
        <Space>
          <Segmented
            value={isBatches ? 'batches' : 'list'}
            options={[
              { value: 'list', label: '凭证' },
              { value: 'batches', label: '生成记录与导出' },
            ]}
            onChange={(view) => set({ view: view === 'list' ? undefined : view })}
          />
          <Button type="primary" disabled={!batches.data} onClick={() => setMaking(true)}>
            生成凭证
          </Button>
        </Space>
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {isBatches ? (
        <VoucherBatches rows={batches.data?.rows ?? []} isLoading={batches.isFetching} onChanged={refresh} />
      ) : (
        <div className={styles.page}>
          <FilterRow onClear={isFiltered ? clear : undefined}>
            <div className={styles.filter}>
              <span aria-hidden="true">月份</span>
              <DatePicker
                picker="month"
                aria-label="月份"
                value={values.month ? dayjs(`${values.month}-01`) : null}
                onChange={(month) => set({ month: month ? month.format('YYYY-MM') : undefined })}
              />
            </div>
            <ChoiceFilter
              label="种类"
              width={150}
              value={values.kind}
              options={choicesOf(voucherKinds)}
              onChange={(kind) => set({ kind })}
            />
          </FilterRow>
          <TotalsBar
            count={list.error ? null : list.data?.total}
            noun="张"
            totals={list.data ? [{ label: '有效凭证金额', value: groupThousands(list.data.sum), unit: '元' }] : []}
          />
          <PagedTable<VoucherRow>
            label="凭证"
            rowKey={(row) => row.id}
            columns={columns}
            rows={list.data?.rows}
            total={list.data?.total ?? 0}
            page={page}
            pageSize={pageSize}
            isLoading={list.isFetching}
            empty={
              <Empty description={isFiltered ? '没有符合条件的凭证，请放宽筛选' : '还没有凭证。结账后点“生成凭证”'} />
            }
            onPage={setPage}
            onOpen={(row) => setOpened(row.id)}
          />
        </div>
      )}
      {isMaking && batches.data ? (
        <MakeVouchersDrawer
          communityId={communityId}
          communityName={name}
          state={batches.data}
          onClose={(isDone) => {
            setMaking(false);
            if (isDone) refresh();
          }}
        />
      ) : null}
      {opened ? <VoucherDrawer id={opened} onClose={() => setOpened(undefined)} /> : null}
    </PageFrame>
  );
}

const columns: TableColumnType<VoucherRow>[] = [
  { title: '凭证号', width: 170, render: (_, row) => `${row.day.slice(0, 7)} ${row.number}` },
  { title: '凭证日期', width: 110, dataIndex: 'day' },
  { title: '种类', width: 140, render: (_, { kind }) => voucherKinds[kind] },
  { title: '小区', width: 140, ellipsis: true, dataIndex: 'communityName' },
  {
    title: '汇总的日子',
    width: 210,
    render: (_, { firstDay, lastDay }) => (firstDay === lastDay ? firstDay : `${firstDay} 至 ${lastDay}`),
  },
  { title: '金额', width: 130, align: 'right', render: (_, { total }) => <MoneyText yuan={total} /> },
  {
    title: '状态',
    width: 90,
    render: (_, { isVoided }) => (isVoided ? <Tag>已作废</Tag> : <Tag color="green">有效</Tag>),
  },
];
