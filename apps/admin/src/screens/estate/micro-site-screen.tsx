import { getMicroSite } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Empty, Select, Skeleton } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { PageFrame } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { MicroSiteEditor } from './micro-site-editor.tsx';

/** What residents see behind the code of their community: a notice and tiles (EST-2). */
export default function MicroSiteScreen() {
  const { communities } = useSession();
  const { id: communityId, choose } = useCommunity();
  const { data, error, refetch } = useQuery({
    queryKey: ['microSite', communityId],
    queryFn: ({ signal }) => call(getMicroSite, { params: { communityId: communityId ?? '' }, signal }),
    enabled: communityId !== undefined,
    // What is being edited is not replaced because the window was looked at again.
    refetchOnWindowFocus: false,
  });
  return (
    <PageFrame help="住户扫小区码打开的页面：菜单、通知和图标。隐藏的图标住户看不到。">
      {communityId === undefined ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="微站按小区编辑，请选择小区">
          <Select
            aria-label="选择小区"
            placeholder="选择小区"
            style={{ width: 240 }}
            options={communities.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(id: string) => choose(id)}
          />
        </Empty>
      ) : null}
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {communityId !== undefined && !data && !error ? <Skeleton active /> : null}
      {communityId !== undefined && data ? (
        <MicroSiteEditor
          key={`${communityId} ${data.version}`}
          communityId={communityId}
          site={data}
          onSaved={() => refetch()}
        />
      ) : null}
    </PageFrame>
  );
}
