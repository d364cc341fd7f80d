import { billResource, meterReadingResource, type ResourceRow, raiseReadings } from '@anlin/contract';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Space } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { ResourcePage, useDeleteRows } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { billTag, outcomeTag, tidyNumber } from './reading-words.tsx';

const isDeletable = (row: ResourceRow) => row.billState === 'none' || row.billState === 'due';

export default function MeterReadingScreen() {
  const can = useCan();
  const { go, change, search } = useAddress();
  const raise = useRaise();
  const remove = useDeleteRows(meterReadingResource, () => change({ id: undefined }, { replace: true }));
  const mayDelete = can('meterReading.delete');
  const mayRaise = can('bill.raise');
  return (
    <ResourcePage
      definition={meterReadingResource}
      help="全部读数。删除读数会一起作废它未收款的账单；作废账单后读数还在，可重新出账。"
      emptyHint="还没有抄表记录。到“抄表录入”录入，或从表格导入"
      columns={{
        month: { render: (row) => String(row.month).slice(0, 7), width: 90 },
        previous: { render: (row) => tidyNumber(row.previous) },
        current: { render: (row) => tidyNumber(row.current) },
        multiplier: { render: (row) => tidyNumber(row.multiplier) },
        usage: { render: (row) => tidyNumber(row.usage) },
        counted: { render: (row) => tidyNumber(row.counted) },
        outcome: { render: outcomeTag },
        billState: { render: billTag },
        billId: {
          render: (row) =>
            row.billId ? (
              <Button
                type="link"
                size="small"
                style={{ padding: 0 }}
                onClick={() => go('/charging/bills', { community: row.communityId, id: String(row.billId) })}
              >
                打开账单
              </Button>
            ) : (
              <span className="muted">—</span>
            ),
        },
      }}
      actionsWidth={70}
      toolbar={() =>
        can('meterReading.record') ? (
          <Button type="primary" onClick={() => go('/charging/read-meters', { community: search.community })}>
            抄表录入
          </Button>
        ) : null
      }
      {...(mayDelete
        ? {
            rowActions: (row: ResourceRow, place: 'list' | 'detail') =>
              isDeletable(row) ? (
                <Button
                  {...(place === 'list' ? ({ type: 'link', size: 'small' } as const) : {})}
                  danger
                  onClick={() => remove([row])}
                >
                  删除
                </Button>
              ) : null,
          }
        : {})}
      {...(mayDelete || mayRaise
        ? {
            batchActions: (rows: readonly ResourceRow[], clear: () => void) => (
              <Space>
                {mayRaise && rows.some((row) => row.billState === 'none') ? (
                  <Button size="small" type="primary" onClick={() => void raise(rows).then(clear)}>
                    生成账单
                  </Button>
                ) : null}
                {mayDelete && rows.every(isDeletable) ? (
                  <Button size="small" danger onClick={() => remove(rows)}>
                    删除
                  </Button>
                ) : null}
              </Space>
            ),
          }
        : {})}
    />
  );
}

/** Raises the bills of chosen readings, month by month, and says what came of it. */
function useRaise() {
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  return async (rows: readonly ResourceRow[]) => {
    const groups = Map.groupBy(
      rows.filter((row) => row.billState === 'none'),
      (row) => `${String(row.communityId)} ${String(row.month).slice(0, 7)}`,
    );
    let billCount = 0;
    const failures: string[] = [];
    try {
      for (const [key, own] of groups) {
        const [communityId = '', month = ''] = key.split(' ');
        const done = await call(raiseReadings, { body: { communityId, month, ids: own.map((row) => row.id) } });
        billCount += done.billCount;
        failures.push(...done.failures.map((one) => `${one.targetLabel} ${one.number}：${one.reason}`));
      }
      if (failures.length === 0) message.success(billCount > 0 ? `已生成 ${billCount} 张账单` : '没有要生成的账单');
      else
        modal.warning({
          title: `已生成 ${billCount} 张账单，${failures.length} 条不能出账`,
          content: failures.slice(0, 10).join('\n'),
          styles: { body: { whiteSpace: 'pre-wrap' } },
          okText: '知道了',
        });
    } catch (error) {
      message.error(errorText(error));
    }
    await queries.invalidateQueries({ queryKey: [meterReadingResource.name] });
    await queries.invalidateQueries({ queryKey: [billResource.name] });
  };
}
