import { communityResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';

export default function CommunityScreen() {
  return (
    <ResourcePage
      definition={communityResource}
      help="公司管理的小区。房屋、车位、账单和收据都归属于一个小区。"
      emptyHint="还没有小区。先新增一个小区，再录入楼宇和房屋"
    />
  );
}
