import { listFundPublications, publishFund } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Modal, Select, Space, Table } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';

/** Makes the figures of a community public: a page to show, send and print, without anything personal. */
export default function PublishDialog({ onClose }: { onClose: () => void }) {
  const { message } = App.useApp();
  const { communities } = useSession();
  const { id } = useCommunity();
  const queries = useQueryClient();
  const [communityId, setCommunityId] = useState(id ?? communities[0]?.id);
  const { data, error } = useQuery({ queryKey: ['fundPublications'], queryFn: () => call(listFundPublications) });
  const publish = useMutation({
    mutationFn: () => call(publishFund, { body: { communityId: communityId ?? '' } }),
    onSuccess: async () => {
      message.success('已公示今天的数字');
      await queries.invalidateQueries({ queryKey: ['fundPublications'] });
    },
  });
  return (
    <Modal open width={640} title="公示维修资金" footer={null} onCancel={onClose}>
      <p className="muted">公示页只有小区的合计、各年收支和使用情况，没有业主和房屋的信息。打开后可以直接打印张贴。</p>
      <Space.Compact style={{ width: '100%', marginBottom: 16 }}>
        <Select
          aria-label="小区"
          style={{ flex: 1 }}
          value={communityId}
          onChange={setCommunityId}
          options={communities.map((one) => ({ value: one.id, label: one.name }))}
        />
        <Button type="primary" loading={publish.isPending} onClick={() => publish.mutate()}>
          公示
        </Button>
      </Space.Compact>
      {error || publish.error ? <Alert type="error" showIcon title={errorText(error ?? publish.error)} /> : null}
      <Table
        size="small"
        rowKey="communityId"
        pagination={false}
        dataSource={data?.rows ?? []}
        locale={{ emptyText: '还没有公示' }}
        columns={[
          { title: '小区', dataIndex: 'communityName' },
          { title: '公示时间', dataIndex: 'publishedAt', render: instantText },
          {
            title: '',
            render: (_, row) => (
              <Button type="link" size="small" href={row.path} target="_blank" rel="noopener">
                打开公示页
              </Button>
            ),
          },
        ]}
      />
    </Modal>
  );
}
