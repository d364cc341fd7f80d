import { fundMovementResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';
import { HoldingTabs } from '../cashier/holding-tabs.tsx';
import { fundLists } from './fund-tabs.ts';

/** The ledger of each house. */
export default function FundMovementScreen() {
  return (
    <ResourcePage
      definition={fundMovementResource}
      tabs={<HoldingTabs label="维修资金" lists={fundLists} />}
      help="各户每一笔变动，合计等于余额。输入房号可看一户的台账。"
      emptyHint="还没有变动"
    />
  );
}
