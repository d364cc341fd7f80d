import { prepaidMovementResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';
import { HoldingTabs, prepaidLists } from './holding-tabs.tsx';

/** Every movement of every prepaid account, with the balance after it. */
export default function PrepaidMovementScreen() {
  return (
    <ResourcePage
      definition={prepaidMovementResource}
      tabs={<HoldingTabs label="预存列表" lists={prepaidLists} />}
      help="预存款的每一笔进出。合计是所有符合条件的变动。"
      searchHint="房号、单据号"
      emptyHint="还没有预存变动。在收银台“收预存”后会出现在这里"
    />
  );
}
