import { type CollectionPlan, readCollectionPlans, saveCollectionPlan } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Input, Select, Space, Table, type TableColumnType } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { MoneyText, PageFrame } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { FillPlanDialog } from './fill-plan-dialog.tsx';
import { amountsOf, isAmount, totalOf } from './plan-edit.ts';

type Edits = Readonly<Record<string, readonly string[]>>;

/** FIN-7: what each community means to collect in each month of a year; typed, or grown from the year before. */
export default function CollectionPlanScreen() {
  const can = useCan();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { id: communityId } = useCommunity();
  const { search, change } = useAddress();
  const thisYear = dayjs().year();
  const year = /^\d{4}$/.test(search.year ?? '') ? Number(search.year) : thisYear;
  const [edits, setEdits] = useState<Edits>({});
  const [isFilling, setFilling] = useState(false);
  const plans = useQuery({
    queryKey: ['collectionPlans', year, communityId],
    queryFn: ({ signal }) => call(readCollectionPlans, { params: { year }, query: { communityId }, signal }),
  });
  const rows = plans.data?.rows ?? [];
  const changed = rows.filter((row) => edits[row.communityId] !== undefined);
  const isReady = changed.every((row) => edits[row.communityId]!.every(isAmount));
  const save = useMutation({
    mutationFn: async () => {
      for (const { communityId: id, version } of changed) {
        const months = amountsOf(edits[id] ?? []);
        await call(saveCollectionPlan, { params: { year, communityId: id }, body: { version, months } });
        setEdits(({ [id]: _, ...rest }) => rest);
      }
    },
    onSuccess: () => message.success('已保存'),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['collectionPlans'] });
      void queries.invalidateQueries({ queryKey: ['dashboard'] });
    },
  });
  const edit = (row: CollectionPlan, month: number, text: string) => {
    const months = [...(edits[row.communityId] ?? shownMonths(row))];
    months[month] = text;
    setEdits({ ...edits, [row.communityId]: months });
  };
  const open = rows.filter((row) => row.isOpen);
  const problem = plans.error ?? save.error;
  return (
    <PageFrame help="每个小区每月计划收多少钱。工作台和电视墙按“收入”与计划比较。">
      <Space wrap style={{ marginBottom: 12 }}>
        <Select
          aria-label="年份"
          style={{ width: 96 }}
          value={year}
          options={[1, 0, -1, -2, -3].map((by) => ({ value: thisYear + by, label: `${thisYear + by}年` }))}
          onChange={(next) => {
            setEdits({});
            change({ year: String(next) });
          }}
        />
        {can('collectionPlan.edit') ? (
          <>
            <Button disabled={open.length === 0} onClick={() => setFilling(true)}>
              快速填写
            </Button>
            <Button
              type="primary"
              disabled={changed.length === 0 || !isReady}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              保存{changed.length > 0 ? `（${changed.length} 个小区）` : ''}
            </Button>
            <Button type="text" disabled={changed.length === 0} onClick={() => setEdits({})}>
              放弃修改
            </Button>
          </>
        ) : null}
      </Space>
      {problem ? <Alert type="error" showIcon title={errorText(problem)} /> : null}
      <Table<CollectionPlan>
        size="small"
        rowKey="communityId"
        aria-label={`${year} 年收款计划`}
        loading={plans.isFetching}
        pagination={false}
        scroll={{ x: 1180 }}
        dataSource={rows}
        columns={planColumns(edits, can('collectionPlan.edit') ? edit : undefined)}
        locale={{ emptyText: <Empty description="没有可看的小区" /> }}
      />
      {isFilling ? (
        <FillPlanDialog
          year={year}
          rows={open}
          onClose={() => setFilling(false)}
          onFill={(filled) => {
            setEdits({ ...edits, ...filled });
            setFilling(false);
          }}
        />
      ) : null}
    </PageFrame>
  );
}

/** `0.00` is shown as an empty cell: nothing planned. */
const shownMonths = (row: CollectionPlan) => row.months.map((one) => (one === '0.00' ? '' : one.replace(/\.00$/, '')));

function planColumns(
  edits: Edits,
  edit: ((row: CollectionPlan, month: number, text: string) => void) | undefined,
): TableColumnType<CollectionPlan>[] {
  return [
    { title: '小区', width: 104, fixed: 'start', ellipsis: true, render: (_, row) => row.communityName },
    ...Array.from(
      { length: 12 },
      (_, month): TableColumnType<CollectionPlan> => ({
        title: `${month + 1}月`,
        width: 80,
        onCell: () => ({ style: { paddingInline: 3 } }),
        align: 'right',
        render: (_, row) => {
          const text = (edits[row.communityId] ?? shownMonths(row))[month] ?? '';
          if (!edit || !row.isOpen) return text === '' ? <span className="muted">—</span> : <MoneyText yuan={text} />;
          return (
            <Input
              aria-label={`${row.communityName} ${month + 1}月`}
              inputMode="decimal"
              size="small"
              style={{ textAlign: 'right' }}
              status={isAmount(text) ? '' : 'error'}
              value={text}
              onChange={(event) => edit(row, month, event.target.value)}
            />
          );
        },
      }),
    ),
    {
      title: '全年',
      fixed: 'end',
      width: 116,
      align: 'right',
      render: (_, row) => <MoneyText yuan={totalOf(edits[row.communityId] ?? shownMonths(row))} />,
    },
  ];
}
