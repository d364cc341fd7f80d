import { vehicleResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';

export default function VehicleScreen() {
  return (
    <ResourcePage
      definition={vehicleResource}
      help="登记在小区的车辆及其车主。关联房屋后，输入车牌就能找到这套房屋。"
      emptyHint="还没有车辆。先登记一辆，或从表格导入"
    />
  );
}
