import { type LedgerRow, openLedgerTarget } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Drawer, Table } from 'antd';
import dayjs from 'dayjs';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { SumsLine, sumColumns } from './ledger-sums.tsx';

interface LedgerTargetDrawerProps {
  targetId: string | undefined;
  filter: { chargeItemId?: string | undefined; monthFrom?: string | undefined; monthTo?: string | undefined };
  onClose: () => void;
}

/** A house or parking space by charge item, each with its oldest unpaid month. */
export function LedgerTargetDrawer({ targetId, filter, onClose }: LedgerTargetDrawerProps) {
  const mayOpen = useCan()('bill.view');
  const { go, search } = useAddress();
  // The bills behind a line: of this target and item, in the months of the ledger.
  const seeBills = (chargeItemId: string) =>
    go('/charging/bills', {
      community: search.community,
      q: data?.label,
      filter: JSON.stringify({ chargeItemId: [chargeItemId], ...periodOf(filter) }),
    });
  const { data, error, isFetching } = useQuery({
    queryKey: ['charge-ledger-target', targetId, filter],
    queryFn: ({ signal }) => call(openLedgerTarget, { params: { id: targetId ?? '' }, query: filter, signal }),
    enabled: targetId !== undefined,
  });
  return (
    <Drawer title={data ? `${data.label} 的台账` : '台账'} open={targetId !== undefined} onClose={onClose} size={1080}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<LedgerRow>
        size="small"
        rowKey="key"
        loading={isFetching}
        pagination={false}
        scroll={{ x: 1000 }}
        dataSource={data?.items ?? []}
        columns={[
          {
            title: '收费项目',
            width: 140,
            render: (_, row) =>
              mayOpen ? (
                <Button type="link" size="small" style={{ padding: 0 }} onClick={() => seeBills(row.key)}>
                  {row.label}
                </Button>
              ) : (
                row.label
              ),
          },
          ...sumColumns(() => null).map(({ sorter: _, ...column }) => column),
        ]}
        summary={() => (data ? <SumsLine sums={data.totals} leading={1} /> : null)}
      />
    </Drawer>
  );
}

function periodOf({ monthFrom, monthTo }: LedgerTargetDrawerProps['filter']) {
  if (!monthFrom && !monthTo) return {};
  return {
    periodFrom: {
      ...(monthFrom ? { from: `${monthFrom}-01` } : {}),
      ...(monthTo ? { to: dayjs(`${monthTo}-01`).endOf('month').format('YYYY-MM-DD') } : {}),
    },
  };
}
