import { Card, Empty, Flex } from 'antd';
import { PageFrame } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';
import FileTimeline from './file-timeline.tsx';
import ProfilePanel from './profile-panel.tsx';

/** One page for one person: who they are, and everything that happened, the latest first (EST-10). */
export default function ResidentFileScreen() {
  const { search } = useAddress();
  return (
    <PageFrame help="一位住户的资料和全部往来：居住期间的账单、收款，迁入迁出，资料变更。">
      {search.id === undefined ? (
        <Empty description="请从“住户”列表打开一位住户的档案" />
      ) : (
        <Flex vertical gap={12} style={{ maxWidth: 1100 }} key={search.id}>
          <Card size="small">
            <ProfilePanel residentId={search.id} isOnFilePage />
          </Card>
          <Card size="small" title="全部往来">
            <FileTimeline of={{ residentId: search.id }} />
          </Card>
        </Flex>
      )}
    </PageFrame>
  );
}
