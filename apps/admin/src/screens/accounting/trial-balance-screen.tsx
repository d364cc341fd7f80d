import { readTrialBalance, type TrialBalanceRow } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Empty, Segmented, Table, type TableColumnType } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { MoneyText, PageFrame } from '../../resource-ui/index.ts';
import { useCommunity } from '../../shell/community.ts';
import { FilterRow, RangeFilter, useFilterAddress } from '../finance/finance-filters.tsx';
import { JournalDrawer } from './journal-drawer.tsx';

const format = 'YYYY-MM-DD';

/** FIN-4: opening balance, debit, credit and closing balance of every account; always zero in sum. */
export default function TrialBalanceScreen() {
  const { id: communityId } = useCommunity();
  const { values, set } = useFilterAddress(['from', 'to', 'by']);
  const [opened, setOpened] = useState<TrialBalanceRow>();
  const from = values.from ?? dayjs().startOf('month').format(format);
  const to = values.to ?? dayjs().endOf('month').format(format);
  const by = values.by === 'code' ? ('code' as const) : ('account' as const);
  const query = { communityId, from, to, by };
  const { data, error, isFetching } = useQuery({
    queryKey: ['trialBalance', query],
    queryFn: ({ signal }) => call(readTrialBalance, { query, signal }),
    placeholderData: keepPreviousData,
  });
  const isBalanced = data?.totals.closing === '0.00' && data.totals.opening === '0.00';
  return (
    <PageFrame
      help={
        by === 'account'
          ? '按单据实时计算，不论是否结账。借方为正，贷方为负，合计总是零。点一行看明细。'
          : '按已生成的有效凭证计算，可与财务软件的科目余额表核对。'
      }
      extra={
        <Segmented
          value={by}
          options={[
            { value: 'account', label: '系统科目' },
            { value: 'code', label: '财务科目' },
          ]}
          onChange={(next) => set({ by: next === 'account' ? undefined : next })}
        />
      }
    >
      <FilterRow>
        <RangeFilter
          label="日期"
          unit="day"
          from={from}
          to={to}
          onChange={(first, last) => set({ from: first, to: last })}
        />
        {data && !error ? (
          <strong>
            {isBalanced && data.totals.debit === data.totals.credit ? '试算平衡' : '试算不平衡，请联系管理员'}
          </strong>
        ) : null}
      </FilterRow>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<TrialBalanceRow>
        size="small"
        style={{ marginTop: 8 }}
        aria-label="试算平衡表"
        rowKey="key"
        loading={isFetching}
        pagination={false}
        columns={by === 'code' ? [{ title: '科目编码', width: 130, dataIndex: 'key' }, ...columns] : columns}
        dataSource={error ? [] : (data?.rows ?? [])}
        scroll={{ x: 760 }}
        locale={{
          emptyText: <Empty description={by === 'code' ? '这段日子没有已生成的凭证' : '这段日子没有单据'} />,
        }}
        {...(by === 'account'
          ? { onRow: (row: TrialBalanceRow) => ({ onClick: () => setOpened(row), style: { cursor: 'pointer' } }) }
          : {})}
        summary={() =>
          data && !error && data.rows.length > 0 ? (
            <Table.Summary.Row>
              <Table.Summary.Cell index={0} colSpan={by === 'code' ? 2 : 1}>
                <strong>合计</strong>
              </Table.Summary.Cell>
              {(['opening', 'debit', 'credit', 'closing'] as const).map((key, index) => (
                <Table.Summary.Cell key={key} index={index + 2} align="right">
                  <MoneyText yuan={data.totals[key]} />
                </Table.Summary.Cell>
              ))}
            </Table.Summary.Row>
          ) : null
        }
      />
      {opened ? (
        <JournalDrawer account={opened} range={{ communityId, from, to }} onClose={() => setOpened(undefined)} />
      ) : null}
    </PageFrame>
  );
}

const sum = (title: string, key: 'opening' | 'debit' | 'credit' | 'closing'): TableColumnType<TrialBalanceRow> => ({
  title,
  width: 150,
  align: 'right',
  render: (_, row) => <MoneyText yuan={row[key]} />,
});

const columns: TableColumnType<TrialBalanceRow>[] = [
  { title: '科目', width: 180, ellipsis: true, dataIndex: 'name' },
  sum('期初余额', 'opening'),
  sum('借方发生', 'debit'),
  sum('贷方发生', 'credit'),
  sum('期末余额', 'closing'),
];
