import {
  billResource,
  getReadingGrid,
  type MeterKind,
  meterKinds,
  meterReadingResource,
  raiseReadings,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, DatePicker, Empty, Segmented, Select, Skeleton, Space } from 'antd';
import dayjs from 'dayjs';
import { useCallback, useEffect, useRef, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, PageFrame, ReferenceSelect } from '../../resource-ui/index.ts';
import { useCan, useSession } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { type FillRow, fillRows } from './pasted-column.ts';
import styles from './reading-grid.module.css';
import { ReadingRow } from './reading-row.tsx';
import type { RowState } from './use-reading-row.ts';

const kindOptions = Object.entries(meterKinds).map(([value, label]) => ({ value, label }));

/** A sheet of meters for a building and a month: type, Enter, next. Each row is saved as it is left. */
export default function ReadMetersScreen() {
  const { communities } = useSession();
  const { id } = useCommunity();
  const { search, change } = useAddress();
  const can = useCan();
  const [picked, setPicked] = useState<string>();
  const [raisesBills, setRaisesBills] = useState(false);
  const communityId = id ?? picked ?? communities[0]?.id;
  const month = /^\d{4}-\d{2}$/.test(search.month ?? '') ? (search.month ?? '') : dayjs().format('YYYY-MM');
  const order = search.order === 'walk' ? 'walk' : 'house';
  const { building } = search;
  const kind = search.kind && search.kind in meterKinds ? (search.kind as MeterKind) : undefined;
  return (
    <PageFrame
      isFilling
      help="回车保存并到下一行；低于上期、突增、零用量、漏抄会当场提示，说明原因后才保存。"
      extra={
        communityId && can('bill.raise') ? (
          <RaiseButton query={{ communityId, month, kind, buildingId: building }} />
        ) : undefined
      }
    >
      <div className={styles.screen}>
        <Space wrap>
          {id === undefined ? (
            <Select
              aria-label="小区"
              style={{ width: 160 }}
              {...(communityId ? { value: communityId } : {})}
              options={communities.map((one) => ({ value: one.id, label: one.name }))}
              onChange={(value: string) => {
                setPicked(value);
                change({ building: undefined });
              }}
            />
          ) : null}
          <DatePicker
            picker="month"
            aria-label="月份"
            allowClear={false}
            value={dayjs(`${month}-01`)}
            maxDate={dayjs()}
            onChange={(day) => change({ month: day?.format('YYYY-MM') })}
          />
          <ReferenceSelect
            to="building"
            aria-label="楼宇"
            placeholder="全部楼宇"
            style={{ width: 160 }}
            communityId={communityId}
            value={building ?? null}
            onChange={(value) => change({ building: value ?? undefined })}
          />
          <Select
            aria-label="类型"
            allowClear
            placeholder="全部类型"
            style={{ width: 110 }}
            {...(kind ? { value: kind } : {})}
            options={kindOptions}
            onChange={(value: string | undefined) => change({ kind: value })}
          />
          <Segmented
            value={order}
            onChange={(value) => change({ order: value === 'walk' ? 'walk' : undefined })}
            options={[
              { value: 'house', label: '按房屋' },
              { value: 'walk', label: '按抄表顺序' },
            ]}
          />
          {can('bill.raise') ? (
            <Checkbox checked={raisesBills} onChange={(event) => setRaisesBills(event.target.checked)}>
              保存时出账单
            </Checkbox>
          ) : null}
        </Space>
        {communityId ? (
          <Sheet
            key={JSON.stringify([communityId, month, building, kind, order])}
            query={{ communityId, month, order, kind, buildingId: building }}
            raisesBills={raisesBills}
            mayRecord={can('meterReading.record')}
          />
        ) : null}
      </div>
    </PageFrame>
  );
}

interface SheetQuery {
  communityId: string;
  month: string;
  order: 'walk' | 'house';
  kind: MeterKind | undefined;
  buildingId: string | undefined;
}

function Sheet({ query, raisesBills, mayRecord }: { query: SheetQuery; raisesBills: boolean; mayRecord: boolean }) {
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: [meterReadingResource.name, 'grid', query],
    queryFn: ({ signal }) => call(getReadingGrid, { query, signal }),
    // Rows hold what is being typed: they are read anew only when asked for.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const { message } = App.useApp();
  const [states, setStates] = useState<Readonly<Record<string, RowState>>>({});
  const body = useRef<HTMLTableSectionElement>(null);
  const onState = useCallback(
    (meterId: string, state: RowState) =>
      setStates((old) => (old[meterId] === state ? old : { ...old, [meterId]: state })),
    [],
  );
  const fills = useRef(new Map<number, FillRow>());
  const onFill = useCallback((index: number, fill: FillRow | undefined) => {
    if (fill === undefined) fills.current.delete(index);
    else fills.current.set(index, fill);
  }, []);
  const onColumn = useCallback(
    async (index: number, figures: readonly string[]) => {
      const { filled, left } = await fillRows(fills.current, index, figures);
      const beyond = left === 0 ? '' : `；${left} 个读数没有对应的可录入行，没有填入`;
      const tell = left === 0 ? message.success : message.warning;
      tell(`已填入 ${filled} 个读数${beyond}。有提示的行请确认后再保存`, 6);
    },
    [message],
  );
  const toAnswer = Object.values(states).filter((state) => state === 'warn' || state === 'wrong').length;
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'F2') return;
      event.preventDefault();
      goToAnswer(body.current);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active paragraph={{ rows: 8 }} />;
  if (data.rows.length === 0)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="这里没有使用中的仪表。先在“仪表”里新增或导入" />;
  const done = Object.values(states).filter((state) => state === 'saved').length;
  return (
    <>
      <div className={styles.sums} aria-live="polite">
        <span>
          共 {data.rows.length} 块，已抄 <b>{done}</b>，未抄 <b>{data.rows.length - done}</b>
        </span>
        {toAnswer > 0 ? (
          <Button size="small" danger onClick={() => goToAnswer(body.current)}>
            {toAnswer} 条待确认 <kbd>F2</kbd>
          </Button>
        ) : null}
        <span className="muted">
          <kbd>Enter</kbd> <kbd>↓</kbd> <kbd>↑</kbd> 换行，<kbd>Esc</kbd> 还原，可从表格复制一列粘贴
        </span>
        {data.isCut ? <span className="muted">只显示前 1000 块，请选择楼宇</span> : null}
      </div>
      <div className={styles.grid}>
        <table>
          <thead>
            <tr>
              <th>房屋或位置</th>
              <th>仪表编号</th>
              <th>类型</th>
              <th className={styles.amount}>上期止度</th>
              <th className={styles.amount}>本期止度</th>
              <th className={styles.amount}>用量</th>
              <th className={styles.amount}>平时</th>
              <th className={styles.amount}>金额（元）</th>
              <th>状态</th>
            </tr>
          </thead>
          <tbody ref={body}>
            {data.rows.map((row, index) => (
              <ReadingRow
                key={`${row.meterId} ${dataUpdatedAt}`}
                {...{ row, index, raisesBills, mayRecord, onState, onFill, onColumn }}
                month={query.month}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** The first thing that waits for an answer: tick, reason, or the reading itself. */
function goToAnswer(body: HTMLElement | null): void {
  const asking = body?.querySelector('tr[data-state="warn"], tr[data-state="wrong"]');
  const answer = asking?.nextElementSibling?.querySelector<HTMLElement>('[data-answer], input');
  (answer ?? asking?.querySelector<HTMLElement>('input'))?.focus();
}

function RaiseButton({ query }: { query: Omit<SheetQuery, 'order'> }) {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const raise = useMutation({
    mutationFn: () => call(raiseReadings, { body: query }),
    async onSuccess({ billCount, sum, failures }) {
      const done = billCount === 0 ? '没有要生成的账单' : `已生成 ${billCount} 张账单，合计 ${groupThousands(sum)} 元`;
      if (failures.length === 0) message.success(done);
      else
        modal.warning({
          title: `${done}；${failures.length} 条不能出账`,
          content: failures
            .slice(0, 10)
            .map((one) => `${one.targetLabel} ${one.number}：${one.reason}`)
            .join('\n'),
          styles: { body: { whiteSpace: 'pre-wrap' } },
          okText: '知道了',
        });
      await queries.invalidateQueries({ queryKey: [meterReadingResource.name] });
      await queries.invalidateQueries({ queryKey: [billResource.name] });
    },
    onError: (error) => void message.error(errorText(error)),
  });
  const ask = () =>
    modal.confirm({
      title: `把 ${query.month} 已抄的读数生成账单？`,
      content: '只生成还没有账单的；没有设收费标准的表、公共表和零用量不出账单。',
      okText: '生成账单',
      cancelText: '取消',
      onOk: () => raise.mutateAsync().catch(() => {}),
    });
  return (
    <Button type="primary" onClick={ask} loading={raise.isPending}>
      生成账单
    </Button>
  );
}
