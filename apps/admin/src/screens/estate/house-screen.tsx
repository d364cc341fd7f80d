import { houseResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';

export default function HouseScreen() {
  return (
    <ResourcePage
      definition={houseResource}
      help="住宅、商铺、写字楼、地下室等一切可收费的空间。"
      emptyHint="还没有房屋。可逐套新增，房屋较多时从表格导入更快"
    />
  );
}
