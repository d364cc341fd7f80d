import { depositResource, depositStates, type ResourceRow } from '@anlin/contract';
import { Button, Skeleton, Space, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { PaperButton } from './holding-paper-buttons.tsx';
import { depositLists, HoldingTabs } from './holding-tabs.tsx';

const HoldingHistory = lazy(() => import('./holding-history.tsx'));
const GiveBackDialog = lazy(() => import('./give-back-dialog.tsx'));
const OffsetDepositDialog = lazy(() => import('./offset-deposit-dialog.tsx'));
const UseDepositDialog = lazy(() => import('./use-deposit-dialog.tsx'));

type Doing = { what: 'giveBack' | 'offset' | 'keep' | 'forfeit'; row: ResourceRow };

const stateColors: Record<string, string> = { held: 'blue', partly: 'orange', closed: 'default', reversed: 'default' };

/** 押金: what is held, since when, and what can be done with it. */
export default function DepositScreen() {
  const can = useCan();
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const actions = (row: ResourceRow, place: 'list' | 'detail') => {
    const paper =
      can('receipt.print') && row.state !== 'reversed' && place === 'detail' ? (
        <PaperButton type="depositReceipt" id={row.id} />
      ) : null;
    if (Number(row.held) === 0) return paper;
    const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
    const button = (what: Doing['what'], label: string, isDanger = false) => (
      <Button {...look} danger={isDanger} onClick={() => setDoing({ what, row })}>
        {label}
      </Button>
    );
    const isOfHouse = row.targetLabel !== '';
    return (
      <Space size={place === 'list' ? 0 : 8}>
        {can('receipt.refund') ? button('giveBack', '退还') : null}
        {can('cashier.collect') && isOfHouse ? button('offset', '冲抵') : null}
        {can('deposit.keep') && isOfHouse ? button('keep', '转预存') : null}
        {can('deposit.forfeit') ? button('forfeit', '没收', true) : null}
        {paper}
      </Space>
    );
  };
  return (
    <>
      <ResourcePage
        definition={depositResource}
        tabs={<HoldingTabs label="押金列表" lists={depositLists} />}
        help="装修、摊位、钥匙等押金，在收银台“收押金”收取。退还、冲抵、转预存可以只办一部分。"
        searchHint="房号、押金人、收据号"
        emptyHint="还没有押金。在收银台“收押金”后会出现在这里"
        columns={{
          state: {
            render: ({ state }) => (
              <Tag color={stateColors[String(state)] ?? ''}>{depositStates[state as keyof typeof depositStates]}</Tag>
            ),
          },
        }}
        rowActions={actions}
        actionsWidth={230}
        detail={[
          {
            key: 'movements',
            label: '变动明细',
            render: (row) => (
              <Suspense fallback={<Skeleton active />}>
                <HoldingHistory of="deposit" id={row.id} />
              </Suspense>
            ),
          },
        ]}
      />
      <Suspense>
        {doing?.what === 'giveBack' ? <GiveBackDialog of="deposit" row={doing.row} onClose={close} /> : null}
        {doing?.what === 'offset' ? <OffsetDepositDialog row={doing.row} onClose={close} /> : null}
        {doing?.what === 'keep' || doing?.what === 'forfeit' ? (
          <UseDepositDialog what={doing.what} row={doing.row} onClose={close} />
        ) : null}
      </Suspense>
    </>
  );
}
