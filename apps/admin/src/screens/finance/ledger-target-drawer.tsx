import { type LedgerRow, openLedgerTarget } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Drawer, Table } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { SumsLine, sumColumns } from './ledger-sums.tsx';

interface LedgerTargetDrawerProps {
  targetId: string | undefined;
  filter: { chargeItemId?: string | undefined; monthFrom?: string | undefined; monthTo?: string | undefined };
  onClose: () => void;
}

/** A house or parking space by charge item, each with its oldest unpaid month. */
export function LedgerTargetDrawer({ targetId, filter, onClose }: LedgerTargetDrawerProps) {
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
          { title: '收费项目', width: 140, render: (_, row) => row.label },
          ...sumColumns(() => null).map(({ sorter: _, ...column }) => column),
        ]}
        summary={() => (data ? <SumsLine sums={data.totals} leading={1} /> : null)}
      />
    </Drawer>
  );
}
