import {
  depositMovementKinds,
  depositMovementResource,
  prepaidMovementKinds,
  prepaidMovementResource,
  resourceEndpoints,
} from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Table, type TableColumnsType } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { MoneyText } from '../../resource-ui/index.ts';

const prepaid = resourceEndpoints(prepaidMovementResource);
const deposits = resourceEndpoints(depositMovementResource);
const most = 200;

type Movement = Record<string, unknown> & { id: string };

interface HoldingHistoryProps {
  of: 'prepaid' | 'deposit';
  /** The account's or the deposit's. */
  id: string;
}

/** Movements of one prepaid account or deposit, newest first; of an account with the balance after each. */
export default function HoldingHistory({ of, id }: HoldingHistoryProps) {
  const { list } = of === 'prepaid' ? prepaid : deposits;
  const filter = JSON.stringify({ [of === 'prepaid' ? 'prepaidAccountId' : 'depositId']: [id] });
  const found = useQuery({
    queryKey: [of === 'prepaid' ? prepaidMovementResource.name : depositMovementResource.name, 'of', id],
    queryFn: () => call(list, { query: { filter, pageSize: most } }),
  });
  if (found.error) return <Alert type="error" showIcon title={errorText(found.error)} />;
  const rows = (found.data?.rows ?? []) as Movement[];
  return (
    <Table<Movement>
      size="small"
      rowKey="id"
      loading={found.isLoading}
      columns={columnsOf(of)}
      dataSource={rows}
      pagination={false}
      scroll={{ x: 560 }}
      footer={(found.data?.total ?? 0) > most ? () => `只显示最近 ${most} 笔，其余见“变动明细”` : undefined}
    />
  );
}

function columnsOf(of: HoldingHistoryProps['of']): TableColumnsType<Movement> {
  const kinds: Readonly<Record<string, string>> = of === 'prepaid' ? prepaidMovementKinds : depositMovementKinds;
  const money = (title: string, key: string) => ({
    title,
    dataIndex: key,
    width: 105,
    align: 'right' as const,
    render: (yuan: string) => <MoneyText yuan={yuan} />,
  });
  return [
    { title: '日期', dataIndex: 'movedOn', width: 100, className: 'figures' },
    { title: '类型', dataIndex: 'kind', width: 90, render: (kind: string) => kinds[kind] ?? kind },
    money('金额', 'amount'),
    ...(of === 'prepaid' ? [money('余额', 'balance')] : []),
    { title: '单据号', dataIndex: 'documentNumber', width: 150, className: 'figures' },
    { title: '经办人', dataIndex: 'staffName', width: 80 },
    { title: of === 'prepaid' ? '说明' : '原因', dataIndex: of === 'prepaid' ? 'note' : 'reason', ellipsis: true },
  ];
}
