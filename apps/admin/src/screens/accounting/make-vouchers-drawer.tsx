import {
  type DraftVoucher,
  type EndpointReply,
  type listVoucherBatches,
  makeVouchers,
  previewVouchers,
  type VoucherGrouping,
  voucherGroupings,
  voucherKinds,
} from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Drawer, Segmented, Space, Table, type TableColumnType } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { VoucherLines } from './voucher-lines.tsx';

interface MakeVouchersProps {
  communityId: string | undefined;
  communityName: string;
  state: EndpointReply<typeof listVoucherBatches>;
  onClose: (isDone: boolean) => void;
}

const format = 'YYYY-MM-DD';

/** From the day after the last vouchers to the end of what is closed; without any, the last closed month. */
function firstRange({ communities }: MakeVouchersProps['state']): [string, string] {
  const closed = communities.map(({ closedUntil }) => closedUntil).filter((day) => day !== null);
  const until = communities.map(({ vouchersUntil }) => vouchersUntil).filter((day) => day !== null);
  const last = closed.toSorted()[0] ?? dayjs().subtract(1, 'month').endOf('month').format(format);
  const made = until.toSorted().at(-1);
  const first =
    made === undefined ? dayjs(last).startOf('month').format(format) : dayjs(made).add(1, 'day').format(format);
  return first <= last ? [first, last] : [dayjs(last).startOf('month').format(format), last];
}

/** Chooses days, shows the vouchers they come to, and makes just those. */
export function MakeVouchersDrawer({ communityId, communityName, state, onClose }: MakeVouchersProps) {
  const { message } = App.useApp();
  const mayMake = useCan()('voucher.make');
  const [[firstDay, lastDay], setRange] = useState(() => firstRange(state));
  const [grouping, setGrouping] = useState<VoucherGrouping>('month');
  const request = { communityId, firstDay, lastDay, grouping };
  const preview = useQuery({
    queryKey: ['vouchers', 'preview', request],
    queryFn: ({ signal }) => call(previewVouchers, { query: request, signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  });
  const make = useMutation({
    mutationFn: (expectedHash: string) => call(makeVouchers, { body: { ...request, expectedHash } }),
    onSuccess: ({ voucherCount }) => {
      message.success(`已生成 ${voucherCount} 张凭证`);
      onClose(true);
    },
    onError: () => preview.refetch(),
  });
  const drafts = preview.error ? undefined : preview.data;
  const error = make.error ?? preview.error;
  return (
    <Drawer
      open
      size={1080}
      title={`生成凭证：${communityName}`}
      onClose={() => onClose(false)}
      extra={
        mayMake ? (
          <Button
            type="primary"
            disabled={!drafts || drafts.obstacles.length > 0 || preview.isFetching}
            loading={make.isPending}
            onClick={() => drafts && make.mutate(drafts.hash)}
          >
            {drafts ? `生成 ${drafts.vouchers.length} 张` : '生成'}
          </Button>
        ) : null
      }
    >
      <Space orientation="vertical" style={{ width: '100%' }} size="middle">
        <Space wrap>
          <DatePicker.RangePicker
            aria-label="日期"
            allowClear={false}
            value={[dayjs(firstDay), dayjs(lastDay)]}
            onChange={(range) => {
              if (range?.[0] && range[1]) setRange([range[0].format(format), range[1].format(format)]);
            }}
          />
          <Segmented<VoucherGrouping>
            aria-label="汇总方式"
            value={grouping}
            options={Object.entries(voucherGroupings).map(([value, label]) => ({
              value: value as VoucherGrouping,
              label,
            }))}
            onChange={setGrouping}
          />
          <span className="muted">以下是预览。生成后编号，不再改变。</span>
        </Space>
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        {drafts?.obstacles.map((text) => (
          <Alert key={text} type="warning" showIcon title={text} />
        ))}
        <Table<DraftVoucher>
          size="small"
          aria-label="凭证预览"
          rowKey={(draft) => `${draft.communityId} ${draft.firstDay} ${draft.kind}`}
          loading={preview.isFetching}
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          columns={communityId === undefined ? columns : columns.filter(({ key }) => key !== 'community')}
          dataSource={drafts?.vouchers ?? []}
          scroll={{ x: 760 }}
          expandable={{
            defaultExpandAllRows: false,
            expandRowByClick: true,
            expandedRowRender: (draft) => <VoucherLines lines={draft.lines} total={draft.total} />,
          }}
        />
      </Space>
    </Drawer>
  );
}

const columns: TableColumnType<DraftVoucher>[] = [
  { title: '凭证日期', width: 110, dataIndex: 'day' },
  { title: '种类', width: 140, render: (_, { kind }) => voucherKinds[kind] },
  { key: 'community', title: '小区', width: 140, ellipsis: true, dataIndex: 'communityName' },
  {
    title: '汇总的日子',
    width: 210,
    render: (_, { firstDay, lastDay }) => (firstDay === lastDay ? firstDay : `${firstDay} 至 ${lastDay}`),
  },
  { title: '分录', width: 70, align: 'right', render: (_, { lines }) => `${lines.length} 条` },
  { title: '金额', width: 130, align: 'right', render: (_, { total }) => <MoneyText yuan={total} /> },
];
