import { chargeItemResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';

export default function ChargeItemScreen() {
  return (
    <ResourcePage
      definition={chargeItemResource}
      help="收哪些费：物业费、水费、停车费等。怎样计价，在收费标准里设置。"
      emptyHint="还没有收费项目。先新增一项，如“物业管理费”，再为它设置收费标准"
    />
  );
}
