import { billResource, billStates, type ResourceRow } from '@anlin/contract';
import { Button, Skeleton, Space, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useBillActions } from './bill-actions.tsx';

// What waits behind a click comes with it.
const BillHistory = lazy(() => import('./bill-history.tsx'));
const PrintNoticesDialog = lazy(() => import('./print-notices-dialog.tsx'));
const SendDunningDialog = lazy(() => import('../dunning/send-dunning-dialog.tsx'));

const stateColors: Record<string, string> = {
  due: 'orange',
  partlyPaid: 'blue',
  paid: 'green',
  waived: 'cyan',
  void: 'default',
};

export default function BillScreen() {
  const can = useCan();
  const { go, search } = useAddress();
  const actions = useBillActions();
  const [printing, setPrinting] = useState<{ billIds: string[]; clear: () => void }>();
  const [asked, setAsked] = useState<{ billIds: string[]; clear: () => void }>();
  const mayPrint = can('bill.printNotice') && can('printTemplate.view');
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
            width: 142,
          },
        }}
        actionsWidth={70}
        rowActions={(row, place) =>
          place === 'detail' && mayPrint && row.outstanding !== '0.00' ? (
            <Space>
              <Button onClick={() => setPrinting({ billIds: [row.id], clear: () => {} })}>打印催缴单</Button>
              {actions.rowActions(row, place)}
            </Space>
          ) : (
            actions.rowActions(row, place)
          )
        }
        batchActions={(rows: readonly ResourceRow[], clear: () => void) => (
          <Space>
            {can('dunning.send') ? (
              <Button size="small" onClick={() => setAsked({ billIds: rows.map((row) => row.id), clear })}>
                催缴
              </Button>
            ) : null}
            {mayPrint ? (
              <Button size="small" onClick={() => setPrinting({ billIds: rows.map((row) => row.id), clear })}>
                打印催缴单
              </Button>
            ) : null}
            {actions.batchActions(rows, clear)}
          </Space>
        )}
        toolbar={() => (
          <>
            {mayPrint ? (
              <Button onClick={() => setPrinting({ billIds: [], clear: () => {} })}>打印催缴单</Button>
            ) : null}
            {can('bill.raise') ? (
              <Button type="primary" onClick={() => go('/charging/raise-bills', { community: search.community })}>
                生成账单
              </Button>
            ) : null}
          </>
        )}
        detail={[
          {
            key: 'history',
            label: '算法与记录',
            render: (row) => (
              <Suspense fallback={<Skeleton active />}>
                <BillHistory bill={row} />
              </Suspense>
            ),
          },
        ]}
      />
      {printing ? (
        <Suspense>
          <PrintNoticesDialog
            billIds={printing.billIds}
            onClose={(isStarted) => {
              if (isStarted) printing.clear();
              setPrinting(undefined);
            }}
          />
        </Suspense>
      ) : null}
      {asked ? (
        <Suspense>
          <SendDunningDialog
            selection={{ by: 'bills', ids: asked.billIds }}
            onClose={(isStarted) => {
              if (isStarted) asked.clear();
              setAsked(undefined);
            }}
          />
        </Suspense>
      ) : null}
      {actions.dialog}
    </>
  );
}
