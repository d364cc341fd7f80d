import { Segmented } from 'antd';
import { PageFrame } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';
import { BindingPanel } from './binding-panel.tsx';
import { FollowersPanel } from './followers-panel.tsx';
import { MenuPanel } from './menu-panel.tsx';
import { RepliesPanel } from './replies-panel.tsx';
import { TemplatesPanel } from './templates-panel.tsx';

const tabs = {
  binding: { label: '绑定', panel: BindingPanel },
  menu: { label: '菜单', panel: MenuPanel },
  replies: { label: '自动回复', panel: RepliesPanel },
  followers: { label: '关注者', panel: FollowersPanel },
  templates: { label: '模板消息', panel: TemplatesPanel },
} as const;
type Tab = keyof typeof tabs;

/** CLI-3: the company's 公众号, which serves all its communities. */
export default function OfficialAccountScreen() {
  const { search, go } = useAddress();
  const tab: Tab = search.tab !== undefined && search.tab in tabs ? (search.tab as Tab) : 'binding';
  const { panel: Panel } = tabs[tab];
  return (
    <PageFrame help="公司的公众号，各小区共用：绑定、菜单、自动回复、关注者和通知用的模板。">
      <Segmented
        aria-label="公众号"
        style={{ marginBottom: 16 }}
        value={tab}
        options={Object.entries(tabs).map(([value, { label }]) => ({ value, label }))}
        onChange={(next) =>
          go('/system/official-account', {
            community: search.community,
            tab: next === 'binding' ? undefined : String(next),
          })
        }
      />
      <Panel />
    </PageFrame>
  );
}
