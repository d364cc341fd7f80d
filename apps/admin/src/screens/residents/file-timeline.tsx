import { type FileEvent, type FileEventKind, fileEventKinds, houseFile, residentFile } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Empty, Flex, Table, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { MoneyText } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';
import { actionText } from '../system/audit-words.ts';

const pageSize = 50;
const colors: Partial<Record<FileEventKind, string>> = {
  moveIn: 'green',
  moveOut: 'orange',
  bill: 'blue',
  payment: 'cyan',
  reversal: 'red',
};

/** Everything known of a person or of a house, the latest first (EST-10). */
export default function FileTimeline({ of }: { of: { residentId: string } | { houseId: string } }) {
  const { go } = useAddress();
  const [kinds, setKinds] = useState<FileEventKind[]>([]);
  const [page, setPage] = useState(1);
  const query = { page, pageSize, kinds: kinds.length === 0 ? undefined : kinds.join(',') };
  const { data, error, isFetching } = useQuery({
    queryKey: ['file', of, query],
    queryFn: ({ signal }) =>
      'residentId' in of
        ? call(residentFile, { params: { id: of.residentId }, query, signal })
        : call(houseFile, { params: { id: of.houseId }, query, signal }),
    placeholderData: keepPreviousData,
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  const open = ({ link, communityId }: FileEvent) => {
    if (!link) return;
    const community = communityId ?? undefined;
    if (link.resource === 'bill') go('/charging/bills', { community, id: link.id });
    if (link.resource === 'receipt') go('/cashier/receipts', { community, id: link.id });
    if (link.resource === 'house') go('/estate/houses', { community, id: link.id });
    if (link.resource === 'resident') go('/estate/residents/file', { id: link.id });
  };
  const known = Object.entries(fileEventKinds).filter(([key]) => (data?.counts[key] ?? 0) > 0);
  return (
    <Flex vertical gap={10}>
      <Checkbox.Group
        aria-label="种类"
        value={kinds}
        options={known.map(([value, label]) => ({ value, label: `${label} ${data?.counts[value] ?? 0}` }))}
        onChange={(next) => {
          setKinds(next as FileEventKind[]);
          setPage(1);
        }}
      />
      <Table<FileEvent>
        size="small"
        rowKey="key"
        loading={isFetching && !data}
        dataSource={data?.rows ?? []}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="还没有往来" /> }}
        pagination={{
          current: page,
          pageSize,
          total: data?.total ?? 0,
          hideOnSinglePage: true,
          showSizeChanger: false,
          onChange: setPage,
        }}
        columns={[
          { title: '日期', dataIndex: 'day', width: 104 },
          {
            title: '种类',
            width: 96,
            render: (_, row) => <Tag color={colors[row.kind] ?? 'default'}>{fileEventKinds[row.kind]}</Tag>,
          },
          { title: '对象', dataIndex: 'place', width: 110 },
          {
            title: '事项',
            render: (_, row) => {
              const text = row.kind === 'audit' ? actionText(row.title) : row.title;
              return row.link ? (
                <Button
                  type="link"
                  size="small"
                  style={{ padding: 0, height: 'auto', whiteSpace: 'normal', textAlign: 'left' }}
                  onClick={() => open(row)}
                >
                  {text}
                </Button>
              ) : (
                text
              );
            },
          },
          { title: '说明', dataIndex: 'detail' },
          {
            title: '金额',
            align: 'end',
            width: 110,
            render: (_, row) => (row.amount === null ? null : <MoneyText yuan={row.amount} />),
          },
        ]}
      />
    </Flex>
  );
}
