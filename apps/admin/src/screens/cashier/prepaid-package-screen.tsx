import { prepaidPackageResource } from '@anlin/contract';
import { ResourcePage } from '../../resource-ui/index.ts';

/** 预存套餐: what is paid, and what the account gets. */
export default function PrepaidPackageScreen() {
  return (
    <ResourcePage
      definition={prepaidPackageResource}
      help="如售价 960 得 1000。在收银台“收预存”中选择；卖过的套餐不能删除，不再卖时请停用。"
      emptyHint="还没有预存套餐。新增后收银台收预存时可选"
      initialValues={{ isEnabled: true }}
    />
  );
}
