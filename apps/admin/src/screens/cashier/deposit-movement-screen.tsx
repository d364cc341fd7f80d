import { depositMovementResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';
import { depositLists, HoldingTabs } from './holding-tabs.tsx';

/** Everything that happened to deposits. */
export default function DepositMovementScreen() {
  return (
    <ResourcePage
      definition={depositMovementResource}
      tabs={<HoldingTabs label="押金列表" lists={depositLists} />}
      help="押金的每一笔收取、冲抵、退还、转预存和没收。"
      searchHint="房号、押金人、单据号"
      emptyHint="还没有押金变动。在收银台“收押金”后会出现在这里"
    />
  );
}
