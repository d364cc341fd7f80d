import { buildingResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';

export default function BuildingScreen() {
  return (
    <ResourcePage
      definition={buildingResource}
      help="小区里的楼栋。先有楼宇，才能录入房屋。"
      emptyHint="还没有楼宇。先新增楼宇，再录入或导入房屋"
    />
  );
}
