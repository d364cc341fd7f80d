import {
  chargeStandardResource,
  type PreviewLine,
  previewBills,
  previewKinds,
  raiseBills,
  resourceEndpoints,
} from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import {
  Alert,
  App,
  Button,
  Card,
  Col,
  DatePicker,
  Empty,
  Form,
  Row,
  Segmented,
  Select,
  Skeleton,
  Space,
  Statistic,
  Table,
  Tag,
} from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useEffect, useRef, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, MoneyText, PageFrame, ReferencesSelect, useNoticeTask } from '../../resource-ui/index.ts';
import { useCan, useSession } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { RaisingProgress } from './raising-progress.tsx';
import { targetPages } from './target-kinds.ts';

interface Order {
  communityId: string;
  chargeItemIds: string[];
  monthFrom: string;
  monthTo: string;
}

interface OrderValues {
  communityId: string;
  chargeItemIds: string[];
  months: [Dayjs, Dayjs];
}

/** Choose months and items, look at what will come of it, raise, watch, open the bills. */
export default function RaiseBillsScreen() {
  const { communities } = useSession();
  const { id: community } = useCommunity();
  const [order, setOrder] = useState<Order>();
  const [form] = Form.useForm<OrderValues>();
  const isKnown = useUsualItems((items) => {
    if (!form.isFieldTouched('chargeItemIds')) form.setFieldValue('chargeItemIds', items);
  });
  const choose = ({ communityId, chargeItemIds, months }: OrderValues) =>
    setOrder({
      communityId,
      chargeItemIds,
      monthFrom: months[0].format('YYYY-MM'),
      monthTo: months[1].format('YYYY-MM'),
    });
  return (
    <PageFrame help="先预览，再生成。预览什么都不写入；已生成的账单不会重复。">
      <Card size="small" style={{ marginBottom: 16 }}>
        <Form<OrderValues>
          form={form}
          layout="inline"
          style={{ rowGap: 12 }}
          initialValues={{
            communityId: community ?? communities[0]?.id,
            chargeItemIds: [],
            months: [dayjs(), dayjs()],
          }}
          onFinish={choose}
          onValuesChange={() => setOrder(undefined)}
        >
          <Form.Item name="communityId" label="小区" rules={[{ required: true, message: '请选择小区' }]}>
            <Select
              style={{ width: 180 }}
              placeholder="请选择"
              options={communities.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Form.Item>
          <Form.Item name="chargeItemIds" label="收费项目" rules={[{ required: true, message: '请选择收费项目' }]}>
            <ReferencesSelect to="chargeItem" placeholder="可选多项" style={{ width: 260 }} />
          </Form.Item>
          <Form.Item name="months" label="月份" rules={[{ required: true, message: '请选择月份' }]}>
            <DatePicker.RangePicker picker="month" placeholder={['起始月', '结束月']} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={!isKnown}>
            预览
          </Button>
        </Form>
      </Card>
      {order ? (
        <Preview key={JSON.stringify(order)} order={order} />
      ) : (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="选择小区、收费项目和月份，点“预览”" />
      )}
    </PageFrame>
  );
}

/**
 * Hands over, once, the items that are charged to somebody by a standard: what is usually raised. Says whether they are known;
 * what a person has chosen meanwhile is theirs.
 */
function useUsualItems(onKnown: (items: string[]) => void): boolean {
  const mayAsk = useCan()('chargeStandard.view');
  const { data, error } = useQuery({
    queryKey: [chargeStandardResource.name, 'bound'],
    queryFn: ({ signal }) =>
      call(resourceEndpoints(chargeStandardResource).list, { query: { page: 1, pageSize: 500 }, signal }),
    enabled: mayAsk,
  });
  const isTold = useRef(false);
  useEffect(() => {
    if (!data || isTold.current) return;
    isTold.current = true;
    const bound = data.rows.filter((row) => Number(row.bindingCount) > 0);
    onKnown([...new Set(bound.map((row) => String(row.chargeItemId)))]);
  });
  return !mayAsk || error !== null || data !== undefined;
}

type LineKind = 'all' | PreviewLine['kind'];

function Preview({ order }: { order: Order }) {
  const { modal } = App.useApp();
  const noticeTask = useNoticeTask();
  const [lineKind, setLineKind] = useState<LineKind>('all');
  const [page, setPage] = useState(1);
  const preview = useQuery({
    queryKey: ['preview', order, lineKind, page],
    queryFn: ({ signal }) => call(previewBills, { body: { ...order, lineKind, page, pageSize: 20 }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const raise = useMutation({
    mutationFn: () => call(raiseBills, { body: order }),
    onSuccess: noticeTask,
  });
  const { data, error } = preview;
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active paragraph={{ rows: 8 }} />;
  if (raise.data) return <RaisingProgress taskId={raise.data.taskId} communityId={order.communityId} />;
  const { toRaise, previous, alreadyRaised } = data;
  const countOf = (kind: LineKind) => data.kinds.find((one) => one.kind === kind)?.count ?? 0;
  const total = data.kinds.reduce((sum, one) => sum + one.count, 0);
  const confirm = () =>
    modal.confirm({
      title: `生成 ${toRaise.count.toLocaleString('zh-CN')} 张账单？`,
      content: `应收合计 ${groupThousands(toRaise.sum)} 元。${countOf('failed') > 0 ? `${countOf('failed')} 项无法计算，不会生成。` : ''}`,
      okText: `生成 ${toRaise.count} 张`,
      cancelText: '再看看',
      onOk: () => raise.mutateAsync().catch(() => {}),
    });
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <Row gutter={16}>
        <Col span={6}>
          <Card size="small">
            <Statistic title="将生成（张）" value={toRaise.count} />
          </Card>
        </Col>
        <Col span={6}>
          <Card size="small">
            <Statistic title="应收合计（元）" value={groupThousands(toRaise.sum)} />
          </Card>
        </Col>
        <Col span={6}>
          <Card size="small">
            <Statistic
              title={`上期（${previous.count.toLocaleString('zh-CN')} 张）`}
              value={groupThousands(previous.sum)}
              suffix="元"
            />
          </Card>
        </Col>
        <Col span={6}>
          <Card size="small">
            <Statistic
              title={`已生成（${alreadyRaised.count.toLocaleString('zh-CN')} 张）`}
              value={groupThousands(alreadyRaised.sum)}
              suffix="元"
            />
          </Card>
        </Col>
      </Row>
      <Reasons kinds={data.kinds} noBillCount={data.noBillCount} />
      {raise.error ? <Alert type="error" showIcon title={errorText(raise.error)} /> : null}
      <Card
        size="small"
        styles={{ header: { paddingBlock: 8 } }}
        title={
          <Segmented<LineKind>
            value={lineKind}
            onChange={(kind) => {
              setLineKind(kind);
              setPage(1);
            }}
            options={[
              { value: 'all', label: `全部 ${total.toLocaleString('zh-CN')}` },
              ...(Object.keys(previewKinds) as PreviewLine['kind'][]).map((kind) => ({
                value: kind,
                label: `${previewKinds[kind]} ${countOf(kind).toLocaleString('zh-CN')}`,
              })),
            ]}
          />
        }
        extra={
          <Button type="primary" disabled={toRaise.count === 0} loading={raise.isPending} onClick={confirm}>
            生成 {toRaise.count.toLocaleString('zh-CN')} 张账单
          </Button>
        }
      >
        <Table<PreviewLine>
          size="small"
          rowKey={(line) => `${line.bindingId} ${line.periodFrom ?? line.previousAmount} ${line.kind}`}
          loading={preview.isPlaceholderData}
          dataSource={data.lines}
          columns={lineColumns}
          locale={{ emptyText: total === 0 ? <NothingToRaise isRaised={alreadyRaised.count > 0} /> : '没有这一类' }}
          pagination={{
            current: page,
            pageSize: 20,
            total: data.lineCount,
            showSizeChanger: false,
            onChange: setPage,
            showTotal: (count) => `共 ${count.toLocaleString('zh-CN')} 行`,
          }}
        />
      </Card>
    </Space>
  );
}

/** Says what to do first where there is nothing to preview at all. */
function NothingToRaise({ isRaised }: { isRaised: boolean }) {
  const { go } = useAddress();
  if (isRaised) return '这些月份的账单都已生成';
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description="这个小区的所选项目在这些月份没有要生成的账单：还没有标准绑定，或绑定不在这些月份。抄表收费的请到“抄表录入”出账"
    >
      <Button onClick={() => go('/charging/standard-bindings')}>查看标准绑定</Button>
    </Empty>
  );
}

function Reasons({
  kinds,
  noBillCount,
}: {
  kinds: readonly { kind: PreviewLine['kind']; reasons: { reason: string; count: number }[] }[];
  noBillCount: number;
}) {
  const told = kinds.flatMap(({ kind, reasons }) =>
    reasons.filter(({ reason }) => reason !== '').map(({ reason, count }) => ({ kind, reason, count })),
  );
  if (told.length === 0 && noBillCount === 0) return null;
  return (
    <div>
      {told.map(({ kind, reason, count }) => (
        <Tag key={`${kind} ${reason}`} color={kindColors[kind]}>
          {previewKinds[kind]}：{reason} {count.toLocaleString('zh-CN')}
        </Tag>
      ))}
      {noBillCount > 0 ? <Tag>按规定不收 {noBillCount.toLocaleString('zh-CN')}</Tag> : null}
    </div>
  );
}

const kindColors: Record<PreviewLine['kind'], string> = {
  new: 'blue',
  changed: 'orange',
  same: 'default',
  gone: 'purple',
  failed: 'red',
};

const lineColumns = [
  {
    title: '与上期相比',
    width: 110,
    render: (_: unknown, { kind }: PreviewLine) => <Tag color={kindColors[kind]}>{previewKinds[kind]}</Tag>,
  },
  { title: '收费对象', width: 170, render: (_: unknown, line: PreviewLine) => <TargetLink line={line} /> },
  { title: '收费项目', dataIndex: 'chargeItemLabel', width: 120 },
  {
    title: '账期',
    width: 190,
    render: (_: unknown, { periodFrom, periodTo }: PreviewLine) =>
      periodFrom && periodTo ? `${periodFrom} 至 ${dayBefore(periodTo)}` : '',
  },
  {
    title: '算法',
    render: (_: unknown, { sentence, reason, kind }: PreviewLine) => (
      <>
        <div style={{ whiteSpace: 'pre-line' }}>
          {kind === 'failed' ? <span className="negative">{reason}</span> : sentence}
        </div>
        {kind === 'failed' || reason === '' ? null : <div className="muted">{reason}</div>}
      </>
    ),
  },
  {
    title: '上期',
    width: 100,
    align: 'right' as const,
    render: (_: unknown, { previousAmount }: PreviewLine) => <MoneyText yuan={previousAmount} />,
  },
  {
    title: '本期',
    width: 110,
    align: 'right' as const,
    render: (_: unknown, { amount }: PreviewLine) => <MoneyText yuan={amount} />,
  },
];

/** The target of a line, opening its record: what a line says that is wrong is put right there. */
function TargetLink({ line }: { line: PreviewLine }) {
  const { go } = useAddress();
  return (
    <Button
      type="link"
      size="small"
      style={{ padding: 0, height: 'auto', whiteSpace: 'normal', textAlign: 'left' }}
      onClick={() => go(targetPages[line.targetKind], { id: line.targetId })}
    >
      {line.targetLabel}
    </Button>
  );
}

/** The last day of a period as people read it; the wire carries the day after it. */
function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
