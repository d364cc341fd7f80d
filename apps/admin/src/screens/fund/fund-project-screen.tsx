import { fundProjectResource, fundProjectStates, type ResourceRow } from '@anlin/contract';
import { Button, Skeleton, Space, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { HoldingTabs } from '../cashier/holding-tabs.tsx';
import { fundLists } from './fund-tabs.ts';

const PlanDialog = lazy(() => import('./plan-dialog.tsx'));
const VoteDialog = lazy(() => import('./vote-dialog.tsx'));
const PayDialog = lazy(() => import('./pay-dialog.tsx'));
const SharePanel = lazy(() => import('./share-panel.tsx'));

const colors: Readonly<Record<string, string>> = {
  planned: 'blue',
  passed: 'success',
  refused: 'default',
  paid: 'purple',
};
type Doing = { what: 'plan' } | { what: 'vote' | 'pay'; row: ResourceRow };

/** What the fund is used for: planned, voted on, shared among the houses, paid. */
export default function FundProjectScreen() {
  const can = useCan();
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const actions = (row: ResourceRow, place: 'list' | 'detail') => {
    const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
    if (!can('maintenanceFund.draw') || row.state === 'paid') return null;
    return (
      <Space size={place === 'list' ? 0 : 8}>
        <Button {...look} onClick={() => setDoing({ what: 'vote', row })}>
          表决结果
        </Button>
        {row.state === 'passed' ? (
          <Button {...look} onClick={() => setDoing({ what: 'pay', row })}>
            拨付
          </Button>
        ) : null}
      </Space>
    );
  };
  return (
    <>
      <ResourcePage
        definition={fundProjectResource}
        tabs={<HoldingTabs label="维修资金" lists={fundLists} />}
        help="使用维修资金须经业主表决：参与的达到户数和面积的三分之二，其中过半数同意（民法典第 278 条）。通过后按面积分摊、拨付。"
        emptyHint="还没有使用方案"
        columns={{
          state: {
            render: ({ state }) => (
              <Tag color={colors[String(state)] ?? ''}>
                {fundProjectStates[state as keyof typeof fundProjectStates]}
              </Tag>
            ),
          },
        }}
        toolbar={() =>
          can('maintenanceFund.draw') ? (
            <Button type="primary" onClick={() => setDoing({ what: 'plan' })}>
              登记使用方案
            </Button>
          ) : null
        }
        rowActions={actions}
        actionsWidth={150}
        detail={[
          {
            key: 'shares',
            label: '分摊与附件',
            render: (row) => (
              <Suspense fallback={<Skeleton active />}>
                <SharePanel projectId={row.id} />
              </Suspense>
            ),
          },
        ]}
      />
      <Suspense>
        {doing?.what === 'plan' ? <PlanDialog onClose={close} /> : null}
        {doing?.what === 'vote' ? <VoteDialog row={doing.row} onClose={close} /> : null}
        {doing?.what === 'pay' ? <PayDialog row={doing.row} onClose={close} /> : null}
      </Suspense>
    </>
  );
}
