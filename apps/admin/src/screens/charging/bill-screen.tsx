import { billResource, billStates, getBillHistory, type ResourceRow } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Skeleton, Space, Tag, Timeline } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText, ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';

const stateColors: Record<string, string> = { due: 'orange', partlyPaid: 'blue', paid: 'green', void: 'default' };

export default function BillScreen() {
  const can = useCan();
  const { go, search } = useAddress();
  return (
    <ResourcePage
      definition={billResource}
      help="全部账单。合计是所有符合条件的账单，不只是这一页。打开一张可看它怎么算的、收过什么款。"
      emptyHint="还没有账单。先绑定收费标准，再生成账单"
      columns={{
        state: {
          render: ({ state }) => (
            <Tag color={stateColors[String(state)] ?? ''}>{billStates[state as keyof typeof billStates]}</Tag>
          ),
        },
      }}
      toolbar={() =>
        can('bill.raise') ? (
          <Button type="primary" onClick={() => go('/charging/raise-bills', { community: search.community })}>
            生成账单
          </Button>
        ) : null
      }
      detail={[{ key: 'history', label: '算法与记录', render: (row) => <BillHistory bill={row} /> }]}
    />
  );
}

/** The calculation in a sentence, and everything that happened to the bill. */
function BillHistory({ bill }: { bill: ResourceRow }) {
  const { data, error } = useQuery({
    queryKey: [billResource.name, 'history', bill.id],
    queryFn: ({ signal }) => call(getBillHistory, { params: { id: bill.id }, signal }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  return (
    <Space orientation="vertical" size={24} style={{ width: '100%' }}>
      <Alert
        type="info"
        title="怎么算的"
        description={<div style={{ whiteSpace: 'pre-line', fontSize: 15 }}>{data.sentence}</div>}
      />
      <Timeline
        items={data.history.map((one, index) => ({
          key: index,
          content: (
            <>
              <div>
                {one.what} {one.amount === null ? null : <MoneyText yuan={one.amount} />}
              </div>
              <div className="muted">
                {instantText(one.at)} {one.who}
              </div>
            </>
          ),
        }))}
      />
    </Space>
  );
}
