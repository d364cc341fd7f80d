import { createWallLink, listWallLinks, revokeWallLink, type WallLink } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Flex, Form, Input, Modal, Popconfirm, Select, Table, Typography } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/text-of.ts';
import { useSession } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';

const everywhere = 'all';

/** Links for screens on walls: made for one community or all, copied to the screen, taken back. */
export default function WallLinksDialog({ onClose }: { onClose: () => void }) {
  const { communities } = useSession();
  const { id: chosen } = useCommunity();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ name: string; community: string }>();
  const { data, error, isFetching } = useQuery({
    queryKey: ['wallLinks'],
    queryFn: ({ signal }) => call(listWallLinks, { signal }),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['wallLinks'] });
  const make = useMutation({
    mutationFn: ({ name, community }: { name: string; community: string }) =>
      call(createWallLink, { body: { name, communityId: community === everywhere ? null : community } }),
    onSuccess: () => {
      form.resetFields(['name']);
      message.success('已生成，请复制链接到电视的浏览器打开');
      void refresh();
    },
  });
  const revoke = useMutation({
    mutationFn: (id: string) => call(revokeWallLink, { params: { id } }),
    onSettled: refresh,
  });
  const problem = error ?? make.error ?? revoke.error;
  return (
    <Modal open footer={null} width={860} title="电视墙链接" onCancel={onClose}>
      <Flex vertical gap={12}>
        <Typography.Text type="secondary">
          有链接的人不用登录就能看到所选小区的收入和欠费合计、欠费最多的房号，看不到姓名和电话，也不能操作。不再使用时请撤回。
        </Typography.Text>
        <Form
          form={form}
          layout="inline"
          initialValues={{ community: chosen ?? everywhere }}
          onFinish={(values) => make.mutate(values)}
        >
          <Form.Item
            name="name"
            label="放在哪里"
            rules={[{ required: true, whitespace: true, message: '请写明放在哪里' }]}
          >
            <Input placeholder="如：服务中心电视" maxLength={40} style={{ width: 200 }} />
          </Form.Item>
          <Form.Item name="community" label="显示">
            <Select
              style={{ width: 180 }}
              options={[
                { value: everywhere, label: '全部小区' },
                ...communities.map((one) => ({ value: one.id, label: one.name })),
              ]}
            />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={make.isPending}>
            生成链接
          </Button>
        </Form>
        {problem ? <Alert type="error" showIcon title={errorText(problem)} /> : null}
        <Table<WallLink>
          size="small"
          rowKey="id"
          loading={isFetching}
          pagination={false}
          dataSource={data?.rows ?? []}
          scroll={{ y: 320 }}
          columns={[
            { title: '放在哪里', render: (_, row) => row.name },
            { title: '显示', width: 130, render: (_, row) => row.communityName },
            { title: '生成', width: 190, render: (_, row) => `${row.createdBy} ${instantText(row.createdAt)}` },
            {
              title: '最近打开',
              width: 150,
              render: (_, row) => (row.lastOpenedAt ? instantText(row.lastOpenedAt) : <span className="muted">—</span>),
            },
            {
              title: '',
              width: 150,
              render: (_, row) => <LinkActions row={row} onRevoke={() => revoke.mutate(row.id)} />,
            },
          ]}
        />
      </Flex>
    </Modal>
  );
}

function LinkActions({ row, onRevoke }: { row: WallLink; onRevoke: () => void }) {
  if (row.path === '') return <span className="muted">已撤回</span>;
  const address = new URL(row.path, window.location.origin).href;
  return (
    <Flex gap={8}>
      <Typography.Link href={address} target="_blank" copyable={{ text: address, tooltips: ['复制链接', '已复制'] }}>
        打开
      </Typography.Link>
      <Popconfirm title="撤回后，用这个链接的电视会停止显示" okText="撤回" cancelText="不撤回" onConfirm={onRevoke}>
        <Button type="link" size="small" danger>
          撤回
        </Button>
      </Popconfirm>
    </Flex>
  );
}
