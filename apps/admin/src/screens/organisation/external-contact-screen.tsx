import { externalContactResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';

export default function ExternalContactScreen() {
  return (
    <ResourcePage
      definition={externalContactResource}
      help="公司以外常联系的人：街道、派出所、水电燃气、维保单位、供应商、业委会。"
      emptyHint="还没有外部联系人。先新增一位，如电梯维保单位的值班电话"
    />
  );
}
