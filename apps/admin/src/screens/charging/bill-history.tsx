import { billResource, getBillHistory, type ResourceRow } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Skeleton, Space, Timeline } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';

/** The calculation in a sentence, and everything that happened to the bill. */
export default function BillHistory({ bill }: { bill: ResourceRow }) {
  const mayOpen = useCan()('receipt.view');
  const { go } = useAddress();
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
                {one.receiptId !== null && mayOpen ? (
                  <Button
                    type="link"
                    size="small"
                    onClick={() =>
                      go('/cashier/receipts', { community: bill.communityId, id: one.receiptId ?? undefined })
                    }
                  >
                    打开收据
                  </Button>
                ) : null}
              </div>
            </>
          ),
        }))}
      />
    </Space>
  );
}
