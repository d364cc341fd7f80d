import { fundAccountResource } from '@anlin/contract';
import { Button, Space, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { HoldingTabs } from '../cashier/holding-tabs.tsx';
import { fundLists } from './fund-tabs.ts';

const MoneyInDialog = lazy(() => import('./money-in-dialog.tsx'));
const PublishDialog = lazy(() => import('./publish-dialog.tsx'));

type Doing = 'deposit' | 'interest' | 'publish';

/** FIN-9: the fund of each house, which is the owners' and not the company's. */
export default function FundAccountScreen() {
  const can = useCan();
  const { go } = useAddress();
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  return (
    <>
      <ResourcePage
        definition={fundAccountResource}
        tabs={<HoldingTabs label="维修资金" lists={fundLists} />}
        help="专项维修资金属于业主，与公司的收款分开记账，不进收入明细和凭证。余额不足首期 30% 的标“应续交”。"
        emptyHint="还没有账户。先归集，或从表格导入期初余额"
        columns={{ isLow: { render: ({ isLow }) => (isLow ? <Tag color="error">应续交</Tag> : null) } }}
        toolbar={() =>
          can('maintenanceFund.edit') ? (
            <Space>
              <Button type="primary" onClick={() => setDoing('deposit')}>
                归集
              </Button>
              <Button onClick={() => setDoing('interest')}>结息</Button>
              <Button onClick={() => setDoing('publish')}>公示</Button>
            </Space>
          ) : null
        }
        rowActions={(row, place) => (
          <Button
            {...(place === 'list' ? ({ type: 'link', size: 'small' } as const) : {})}
            onClick={() =>
              go('/finance/maintenance-fund/movements', {
                community: String(row.communityId),
                filter: JSON.stringify({ houseId: [row.houseId] }),
              })
            }
          >
            明细
          </Button>
        )}
        actionsWidth={100}
      />
      <Suspense>
        {doing === 'deposit' || doing === 'interest' ? <MoneyInDialog what={doing} onClose={close} /> : null}
        {doing === 'publish' ? <PublishDialog onClose={close} /> : null}
      </Suspense>
    </>
  );
}
