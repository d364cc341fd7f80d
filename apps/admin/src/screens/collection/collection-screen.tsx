import { collectionResource, collectionStates, type ResourceRow } from '@anlin/contract';
import { Button, Skeleton, Space, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { mostRefundOf } from './collection-words.ts';

const AssignDialog = lazy(() => import('./assign-dialog.tsx'));
const RefundDialog = lazy(() => import('./refund-dialog.tsx'));
const HoldingHistory = lazy(() => import('../cashier/holding-history.tsx'));

const stateColors: Readonly<Record<string, string>> = {
  waiting: 'orange',
  partly: 'gold',
  assigned: 'green',
  booked: 'blue',
  unbooked: 'red',
};

/** 收款码入账: what came in by codes, and whose it is. */
export default function CollectionScreen() {
  const can = useCan();
  const [doing, setDoing] = useState<{ what: 'assign' | 'refund'; row: ResourceRow }>();
  const close = () => setDoing(undefined);
  const rowActions = (row: ResourceRow, place: 'list' | 'detail') => {
    const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
    const mayRefund = can('receipt.refund') && row.purpose !== 'bills' && row.state !== 'unbooked';
    return (
      <Space size={place === 'list' ? 0 : 8}>
        {can('collection.assign') && Number(row.held) > 0 ? (
          <Button {...look} onClick={() => setDoing({ what: 'assign', row })}>
            认领
          </Button>
        ) : null}
        {mayRefund && Number(mostRefundOf(row)) > 0 ? (
          <Button {...look} danger onClick={() => setDoing({ what: 'refund', row })}>
            退款
          </Button>
        ) : null}
      </Space>
    );
  };
  return (
    <>
      <ResourcePage
        definition={collectionResource}
        help="扫收款码付的每一笔。“待认领”的已经入账为暂收款，认领到房屋后缴账单或存为预存款。认领错了，撤销认领的收据后重新认领。"
        searchHint="备注、付款人、房号、收据号"
        emptyHint="还没有收到款。在“收款码”里生成并张贴后，收到的款会出现在这里"
        columns={{
          state: {
            render: ({ state }) => (
              <Tag color={stateColors[String(state)] ?? ''}>
                {collectionStates[state as keyof typeof collectionStates]}
              </Tag>
            ),
          },
        }}
        rowActions={rowActions}
        actionsWidth={120}
        detail={[
          {
            key: 'held',
            label: '认领经过',
            render: (row) =>
              row.depositId && can('deposit.view') ? (
                <Suspense fallback={<Skeleton active />}>
                  <HoldingHistory of="deposit" id={String(row.depositId)} />
                </Suspense>
              ) : (
                <p className="muted">这笔款收到时已直接入账，不用认领。</p>
              ),
          },
        ]}
      />
      <Suspense>
        {doing?.what === 'assign' ? <AssignDialog row={doing.row} onClose={close} /> : null}
        {doing?.what === 'refund' ? <RefundDialog row={doing.row} onClose={close} /> : null}
      </Suspense>
    </>
  );
}
