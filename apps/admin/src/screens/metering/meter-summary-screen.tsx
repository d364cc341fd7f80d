import { type EndpointReply, listMeterLosses, meterKinds, meterUnits, summariseReadings } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, DatePicker, Segmented, Select, Space, Table } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { MoneyText, PageFrame } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { tidyNumber } from './reading-words.tsx';

type Row = EndpointReply<typeof summariseReadings>['rows'][number];
type By = 'month' | 'building' | 'item';
const groupings: Record<By, string> = { month: '按月份', building: '按楼宇', item: '按收费项目' };

/** What was used and charged, and what got lost behind the master meters. */
export default function MeterSummaryScreen() {
  const { communities } = useSession();
  const { id } = useCommunity();
  const [chosen, setChosen] = useState<string>();
  const [months, setMonths] = useState<[Dayjs, Dayjs]>([dayjs().subtract(5, 'month'), dayjs()]);
  const communityId = id ?? chosen ?? communities[0]?.id;
  return (
    <PageFrame help="各月、各楼、各项目用了多少、应收多少；总表比分表多出的就是损耗。">
      <Space wrap style={{ marginBottom: 16 }}>
        {id === undefined ? (
          <Select
            aria-label="小区"
            style={{ width: 180 }}
            {...(communityId ? { value: communityId } : {})}
            options={communities.map((one) => ({ value: one.id, label: one.name }))}
            onChange={setChosen}
          />
        ) : null}
        <DatePicker.RangePicker
          picker="month"
          aria-label="月份"
          value={months}
          allowClear={false}
          onChange={(range) => range?.[0] && range[1] && setMonths([range[0], range[1]])}
        />
      </Space>
      {communityId ? (
        <Space orientation="vertical" size={16} style={{ width: '100%' }}>
          <Summary communityId={communityId} months={months} />
          <Losses
            key={`${communityId} ${months[1].format('YYYY-MM')}`}
            communityId={communityId}
            lastMonth={months[1]}
          />
        </Space>
      ) : null}
    </PageFrame>
  );
}

function Summary({ communityId, months }: { communityId: string; months: [Dayjs, Dayjs] }) {
  const { go } = useAddress();
  const [by, setBy] = useState<By>('month');
  const query = {
    ...{ communityId, by },
    monthFrom: months[0].format('YYYY-MM'),
    monthTo: months[1].format('YYYY-MM'),
  };
  const { data, error, isFetching } = useQuery({
    queryKey: ['meterReading', 'summary', query],
    queryFn: ({ signal }) => call(summariseReadings, { query, signal }),
    placeholderData: keepPreviousData,
  });
  // The rows behind a line: its own month, or all of the span, of its building or item; master meters apart, as in the sums.
  const seeReadings = ({ group, groupId, kind }: Row) => {
    const span =
      by === 'month'
        ? { from: `${group}-01`, to: `${group}-01` }
        : { from: `${query.monthFrom}-01`, to: `${query.monthTo}-01` };
    const own = groupId === null ? {} : by === 'building' ? { buildingId: [groupId] } : { chargeItemId: [groupId] };
    go('/charging/meter-readings', {
      community: communityId,
      filter: JSON.stringify({ month: span, kind: [kind], isMaster: false, ...own }),
    });
  };
  return (
    <Card
      size="small"
      title="用量和金额"
      extra={
        <Segmented<By>
          value={by}
          onChange={setBy}
          options={(Object.keys(groupings) as By[]).map((value) => ({ value, label: groupings[value] }))}
        />
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table
        size="small"
        loading={isFetching && !data}
        rowKey={(row) => `${row.group} ${row.kind}`}
        dataSource={data?.rows ?? []}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        locale={{ emptyText: '这段时间没有抄表记录' }}
        columns={[
          {
            title: groupings[by].slice(1),
            render: (_, row) => (
              <Button type="link" size="small" style={{ padding: 0 }} onClick={() => seeReadings(row)}>
                {row.group}
              </Button>
            ),
          },
          { title: '类型', render: (_, row) => meterKinds[row.kind] },
          { title: '抄了几块', dataIndex: 'meterCount', align: 'right' },
          { title: '抄表次数', dataIndex: 'readCount', align: 'right' },
          {
            title: '用量',
            align: 'right',
            render: (_, row) => (
              <>
                {tidyNumber(row.usage)} {meterUnits[row.kind]}
              </>
            ),
          },
          { title: '应收（元）', align: 'right', render: (_, row) => <MoneyText yuan={row.receivable} /> },
          { title: '未收（元）', align: 'right', render: (_, row) => <MoneyText yuan={row.outstanding} /> },
        ]}
      />
    </Card>
  );
}

/** Begins with last month: this month's readings are seldom complete. */
function Losses({ communityId, lastMonth }: { communityId: string; lastMonth: Dayjs }) {
  const { go } = useAddress();
  const [chosen, setChosen] = useState<Dayjs>();
  const month = chosen ?? (lastMonth.isSame(dayjs(), 'month') ? lastMonth.subtract(1, 'month') : lastMonth);
  const query = { communityId, month: month.format('YYYY-MM') };
  const { data, error } = useQuery({
    queryKey: ['meterReading', 'losses', query],
    queryFn: ({ signal }) => call(listMeterLosses, { query, signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <Card
      size="small"
      title={`总表损耗（${query.month}）`}
      extra={
        <DatePicker
          picker="month"
          size="small"
          aria-label="损耗月份"
          allowClear={false}
          value={month}
          onChange={(next) => setChosen(next ?? undefined)}
        />
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table
        size="small"
        rowKey="meterId"
        dataSource={data?.rows ?? []}
        pagination={false}
        locale={{ emptyText: '没有总表。在“仪表”里把表勾选为“是总表”，并在分表上选它作总表' }}
        columns={[
          {
            title: '总表',
            render: (_, row) => (
              <Button
                type="link"
                size="small"
                style={{ padding: 0 }}
                onClick={() =>
                  go('/charging/meter-readings', {
                    community: communityId,
                    filter: JSON.stringify({ meterId: [row.meterId] }),
                  })
                }
              >
                {row.number} {row.label === row.number ? '' : row.label}
              </Button>
            ),
          },
          { title: '类型', render: (_, row) => meterKinds[row.kind] },
          {
            title: '总表用量',
            align: 'right',
            render: (_, row) => (row.usage === null ? '未抄' : tidyNumber(row.usage)),
          },
          { title: '分表用量', align: 'right', render: (_, row) => tidyNumber(row.subUsage) },
          { title: '分表', align: 'right', render: (_, row) => `${row.subCount} 块` },
          {
            title: '未抄分表',
            align: 'right',
            render: (_, row) => (row.unreadCount > 0 ? <b>{row.unreadCount} 块</b> : '0'),
          },
          { title: '损耗', align: 'right', render: (_, row) => tidyNumber(row.loss) },
          {
            title: '损耗率',
            align: 'right',
            render: (_, row) => (row.lossPercent === null ? '—' : `${row.lossPercent}%`),
          },
        ]}
      />
    </Card>
  );
}
