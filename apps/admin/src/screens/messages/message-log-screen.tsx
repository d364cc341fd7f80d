import {
  channelLabels,
  type DeliveryView,
  deliveryStates,
  type EndpointArguments,
  listDeliveries,
} from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Empty, type TableColumnType, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/text-of.ts';
import { TotalsBar } from '../../resource-ui/totals-bar.tsx';
import { PageFrame } from '../../shell/page-frame.tsx';
import styles from '../finance/finance.module.css';
import { ChoiceFilter, FilterRow, RangeFilter, SearchFilter, useFilterAddress } from '../finance/finance-filters.tsx';
import { PagedTable } from '../finance/paged-table.tsx';
import { DeliveryDrawer } from './delivery-drawer.tsx';
import { stateColours } from './state-colours.ts';

const filterKeys = ['q', 'channel', 'state', 'eventKind', 'from', 'to'];
const choices = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([id, name]) => ({ id, name }));

/** PLT-14: every message to every person, what the provider answered, and sending again what failed. */
export default function MessageLogScreen() {
  const address = useFilterAddress(filterKeys);
  const { values, set, page, pageSize } = address;
  const [openedId, setOpenedId] = useState<string>();
  const query = { ...values, page, pageSize } as EndpointArguments<typeof listDeliveries>['query'];
  const { data, error, isFetching } = useQuery({
    queryKey: ['messageDeliveries', query],
    queryFn: ({ signal }) => call(listDeliveries, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  return (
    <PageFrame isFilling help="发给员工和住户的每一条消息、对方的应答和重试。记录保留 180 天，手机号已遮住中间几位。">
      <div className={styles.page}>
        <FilterRow onClear={address.isFiltered ? address.clear : undefined}>
          <SearchFilter hint="姓名、手机尾号" text={values.q ?? ''} onChange={(q) => set({ q: q || undefined })} />
          <ChoiceFilter
            label="渠道"
            width={120}
            value={values.channel}
            options={choices(channelLabels)}
            onChange={(channel) => set({ channel })}
          />
          <ChoiceFilter
            label="状态"
            width={130}
            value={values.state}
            options={choices(deliveryStates)}
            onChange={(state) => set({ state })}
          />
          <ChoiceFilter
            label="事件"
            width={140}
            value={values.eventKind}
            options={(data?.events ?? []).map(({ kind, name }) => ({ id: kind, name }))}
            onChange={(eventKind) => set({ eventKind })}
          />
          <RangeFilter
            label="日期"
            unit="day"
            from={values.from}
            to={values.to}
            onChange={(from, to) => set({ from, to })}
          />
        </FilterRow>
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        <TotalsBar count={error ? null : data?.total} noun="条推送" />
        <PagedTable<DeliveryView>
          label="消息推送记录"
          rowKey={(row) => row.id}
          columns={columns}
          rows={data?.rows}
          total={data?.total ?? 0}
          page={page}
          pageSize={pageSize}
          isLoading={isFetching && data === undefined}
          empty={<Empty description={address.isFiltered ? '没有符合条件的推送，请放宽筛选' : '还没有推送过消息'} />}
          onPage={address.setPage}
          onOpen={(row) => setOpenedId(row.id)}
        />
      </div>
      {openedId ? <DeliveryDrawer id={openedId} onClose={() => setOpenedId(undefined)} /> : null}
    </PageFrame>
  );
}

const columns: TableColumnType<DeliveryView>[] = [
  { title: '时间', width: 140, render: (_, row) => instantText(row.createdAt) },
  { title: '事件', width: 120, ellipsis: true, dataIndex: 'eventName' },
  { title: '渠道', width: 90, render: (_, row) => channelLabels[row.channel] },
  {
    title: '接收人',
    width: 220,
    ellipsis: true,
    render: (_, row) => (
      <>
        {row.recipientName} <span className="muted">{row.addressMasked}</span>
      </>
    ),
  },
  { title: '内容', width: 240, ellipsis: true, dataIndex: 'title' },
  {
    title: '状态',
    width: 120,
    render: (_, row) => <Tag color={stateColours[row.state]}>{deliveryStates[row.state]}</Tag>,
  },
  { title: '次数', width: 64, align: 'right', render: (_, row) => (row.attemptCount === 0 ? '' : row.attemptCount) },
  { title: '最近应答', width: 260, ellipsis: true, dataIndex: 'lastAnswer' },
];
