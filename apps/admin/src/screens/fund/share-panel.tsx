import { previewFundDraw } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Skeleton, Space, Table } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, openFile } from '../../resource-ui/index.ts';

/** What each house bears, those that are short first, and the papers of the project. */
export default function SharePanel({ projectId }: { projectId: string }) {
  const { data, error } = useQuery({
    queryKey: ['fundProject', 'share', projectId],
    queryFn: () => call(previewFundDraw, { params: { id: projectId } }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  return (
    <Space orientation="vertical" size={12} style={{ width: '100%' }}>
      <p style={{ margin: 0 }}>
        {data.houseCount} 户、{data.area} 平方米分摊 {groupThousands(data.total)} 元
      </p>
      {data.shortCount > 0 ? <Alert type="warning" showIcon title={`${data.shortCount} 户现在的余额不够`} /> : null}
      {data.files.length > 0 ? (
        <Space wrap>
          {data.files.map((file) => (
            <Button key={file.id} size="small" onClick={() => void openFile(file.id)}>
              {file.name}
            </Button>
          ))}
        </Space>
      ) : null}
      <Table
        size="small"
        rowKey="houseId"
        dataSource={data.houses}
        pagination={{ pageSize: 20, showSizeChanger: false, hideOnSinglePage: true }}
        columns={[
          { title: '房屋', dataIndex: 'houseLabel' },
          { title: '面积', dataIndex: 'area', align: 'right', className: 'figures' },
          { title: '分摊', dataIndex: 'amount', align: 'right', className: 'figures', render: groupThousands },
          {
            title: '余额',
            dataIndex: 'balance',
            align: 'right',
            render: (yuan: string, row) => (
              <span className={row.isShort ? 'figures negative' : 'figures'}>{groupThousands(yuan)}</span>
            ),
          },
        ]}
      />
    </Space>
  );
}
