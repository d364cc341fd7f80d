import { tagResource } from '@anlin/contract';
import { ResourcePage, TagChip, type TagView } from '../../resource-ui/index.ts';

export default function TagScreen() {
  return (
    <ResourcePage
      definition={tagResource}
      help="给房屋、车位、车辆贴的标签，可用来筛选和批量绑定收费标准。"
      emptyHint="还没有标签。先新增一个，如“学区房”，再到房屋上选用"
      columns={{ name: { render: (row) => <TagChip tag={row as unknown as TagView} /> } }}
    />
  );
}
