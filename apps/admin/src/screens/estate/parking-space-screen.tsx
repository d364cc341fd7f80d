import { parkingSpaceResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';

export default function ParkingSpaceScreen() {
  return (
    <ResourcePage
      definition={parkingSpaceResource}
      help="小区的车位。关联房屋后，收银时可与房屋一起收费。"
      emptyHint="还没有车位。先新增一个，或从表格导入"
    />
  );
}
