import { billResource, billStates, getBillHistory, type ResourceRow } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Skeleton, Space, Tag, Timeline } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText, ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { isVoidable, VoidBillsDialog } from './void-bills-dialog.tsx';

const stateColors: Record<string, string> = { due: 'orange', partlyPaid: 'blue', paid: 'green', void: 'default' };

export default function BillScreen() {
  const can = useCan();
  const { go, search } = useAddress();
  const [voiding, setVoiding] = useState<{ rows: readonly ResourceRow[]; clear: () => void }>();
  const mayVoid = can('bill.void');
  return (
    <>
      <ResourcePage
        definition={billResource}
        help="全部账单。合计是所有符合条件的账单，不只是这一页。打开一张可看它怎么算的、收过什么款。"
        emptyHint="还没有账单。先绑定收费标准，再生成账单"
        columns={{
          state: {
            render: ({ state }) => (
              <Tag color={stateColors[String(state)] ?? ''}>{billStates[state as keyof typeof billStates]}</Tag>
            ),
          },
          dueOn: {
            render: ({ dueOn, isOverdue }) => (
              <Space size={4}>
                {String(dueOn)}
                {isOverdue ? <Tag color="error">逾期</Tag> : null}
              </Space>
            ),
            width: 150,
          },
        }}
        {...(mayVoid
          ? {
              rowActions: (row: ResourceRow, place: 'list' | 'detail') =>
                isVoidable(row) ? (
                  <Button
                    {...(place === 'list' ? ({ type: 'link', size: 'small' } as const) : {})}
                    danger
                    onClick={() => setVoiding({ rows: [row], clear: () => {} })}
                  >
                    作废
                  </Button>
                ) : null,
              batchActions: (rows: readonly ResourceRow[], clear: () => void) =>
                rows.every(isVoidable) ? (
                  <Button size="small" danger onClick={() => setVoiding({ rows, clear })}>
                    作废
                  </Button>
                ) : (
                  <span className="muted">所选含已收款或已作废的账单，不能作废</span>
                ),
            }
          : {})}
        toolbar={() =>
          can('bill.raise') ? (
            <Button type="primary" onClick={() => go('/charging/raise-bills', { community: search.community })}>
              生成账单
            </Button>
          ) : null
        }
        detail={[{ key: 'history', label: '算法与记录', render: (row) => <BillHistory bill={row} /> }]}
      />
      {voiding ? (
        <VoidBillsDialog
          rows={voiding.rows}
          onClose={(isDone) => {
            if (isDone) voiding.clear();
            setVoiding(undefined);
          }}
        />
      ) : null}
    </>
  );
}

/** The calculation in a sentence, and everything that happened to the bill. */
function BillHistory({ bill }: { bill: ResourceRow }) {
  const mayOpen = useCan()('receipt.view');
  const { go } = useAddress();
  const { data, error } = useQuery({
    queryKey: [billResource.name, 'history', bill.id],
    queryFn: ({ signal }) => call(getBillHistory, { params: { id: bill.id }, signal }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  return (
    <Space orientation="vertical" size={24} style={{ width: '100%' }}>
      <Alert
        type="info"
        title="怎么算的"
        description={<div style={{ whiteSpace: 'pre-line', fontSize: 15 }}>{data.sentence}</div>}
      />
      <Timeline
        items={data.history.map((one, index) => ({
          key: index,
          content: (
            <>
              <div>
                {one.what} {one.amount === null ? null : <MoneyText yuan={one.amount} />}
              </div>
              <div className="muted">
                {instantText(one.at)} {one.who}
                {one.receiptId !== null && mayOpen ? (
                  <Button
                    type="link"
                    size="small"
                    onClick={() =>
                      go('/cashier/receipts', { community: bill.communityId, id: one.receiptId ?? undefined })
                    }
                  >
                    打开收据
                  </Button>
                ) : null}
              </div>
            </>
          ),
        }))}
      />
    </Space>
  );
}
