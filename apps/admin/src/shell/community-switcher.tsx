import { EnvironmentOutlined } from '@ant-design/icons';
import { Select } from 'antd';
import { useSession } from '../session/session-context.ts';
import { allCommunities, useCommunity } from './community.ts';

/** Which community the lists show. With a single one in scope there is nothing to switch, only its name. */
export function CommunitySwitcher() {
  const { communities } = useSession();
  const { id, choose } = useCommunity();
  const options = communities.map((community) => ({ value: community.id, label: community.name }));
  const isSingle = communities.length === 1;
  return (
    <Select
      aria-label="切换小区"
      variant="borderless"
      prefix={<EnvironmentOutlined />}
      style={{ minWidth: 150, maxWidth: 260 }}
      popupMatchSelectWidth={false}
      showSearch={{ optionFilterProp: 'label' }}
      value={id ?? allCommunities}
      options={isSingle ? options : [{ value: allCommunities, label: '全部小区' }, ...options]}
      onChange={(value) => choose(value === allCommunities ? undefined : value)}
      notFoundContent="没有找到这个小区"
    />
  );
}
