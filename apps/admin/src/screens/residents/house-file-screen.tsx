import { houseResource, type ResourceRow, resourceEndpoints } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Card, Empty } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { PageFrame } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';
import FileTimeline from './file-timeline.tsx';

/** One page for one house: everything that happened there, the latest first (EST-10). */
export default function HouseFileScreen() {
  const { search } = useAddress();
  const { data, error } = useQuery({
    queryKey: ['house', 'one', search.id],
    queryFn: async ({ signal }) =>
      (await call(resourceEndpoints(houseResource).get, { params: { id: search.id ?? '' }, signal })) as ResourceRow,
    enabled: search.id !== undefined,
  });
  return (
    <PageFrame help="一套房屋的全部往来：住过的人、账单、收款、收费标准、资料变更。换了业主也都在这里。">
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {search.id === undefined ? (
        <Empty description="请从“房屋”列表打开一套房屋的档案" />
      ) : (
        <Card
          size="small"
          key={search.id}
          title={data ? `${String(data.communityLabel)} ${String(data.fullName)}` : ''}
          style={{ maxWidth: 1100 }}
        >
          <FileTimeline of={{ houseId: search.id }} />
        </Card>
      )}
    </PageFrame>
  );
}
