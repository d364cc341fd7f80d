import {
  channelIdLabels,
  channelKinds,
  listPaymentChannels,
  type PaymentChannelView,
  paymentApplications,
} from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Skeleton, Table, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { PageFrame } from '../../shell/page-frame.tsx';

const PaymentChannelDrawer = lazy(() => import('./payment-channel-drawer.tsx'));

/** Why residents can't pay through an account inside WeChat, and what to do. */
const notInsideWechat: Readonly<Record<string, string>> = {
  noAccount: '消息渠道里的公众号没有启用，住户在微信里打开时不能用微信支付',
  otherAccount: '这里的 AppID 与消息渠道里的公众号不同，住户在微信里打开时不能用微信支付',
};

/** Where online payments go: accounts at channels, of the company or of a community's own. */
export default function PaymentChannelScreen() {
  const mayEdit = useCan()('paymentChannel.edit');
  const [opened, setOpened] = useState<PaymentChannelView | 'new'>();
  const { data, error } = useQuery({ queryKey: ['paymentChannels'], queryFn: () => call(listPaymentChannels) });
  return (
    <PageFrame
      help="全公司设一个商户；单独收款的小区另设自己的，优先使用。密钥加密保存，不再显示。"
      extra={
        mayEdit ? (
          <Button type="primary" onClick={() => setOpened('new')}>
            新增
          </Button>
        ) : null
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      {data ? (
        <Table<PaymentChannelView>
          rowKey="id"
          pagination={false}
          scroll={{ x: 1100 }}
          dataSource={data.rows}
          locale={{ emptyText: '还没有收款渠道。填写商户号和密钥后，业主可在线缴费，收银台可扫码收款' }}
          columns={[
            { title: '名称', dataIndex: 'name', width: 170 },
            { title: '渠道', width: 100, render: (_, row) => channelKinds[row.kind] },
            { title: '适用', dataIndex: 'communityName', width: 140 },
            {
              title: '用途',
              width: 160,
              render: (_, row) => row.applications.map((one) => paymentApplications[one]).join('、'),
            },
            {
              title: '商户',
              width: 180,
              render: (_, row) => <span title={channelIdLabels[row.kind].merchantId}>{row.merchantId}</span>,
            },
            {
              title: '状态',
              width: 170,
              render: (_, row) =>
                row.isReadable ? (
                  <>
                    <Tag color={row.isOn ? 'success' : 'default'}>{row.isOn ? '已启用' : '已停用'}</Tag>
                    {row.isOn && row.insideWechat in notInsideWechat ? (
                      <Tag color="warning" title={notInsideWechat[row.insideWechat]}>
                        微信内不可付
                      </Tag>
                    ) : null}
                  </>
                ) : (
                  <Tag color="error">密钥须重填</Tag>
                ),
            },
            { title: '修改时间', dataIndex: 'updatedAt', width: 150, render: instantText },
            {
              title: '',
              width: 80,
              render: (_, row) => (
                <Button type="link" size="small" onClick={() => setOpened(row)}>
                  {mayEdit ? '修改' : '查看'}
                </Button>
              ),
            },
          ]}
        />
      ) : null}
      <Suspense>
        {opened ? (
          <PaymentChannelDrawer
            key={opened === 'new' ? 'new' : opened.id}
            channel={opened === 'new' ? undefined : opened}
            onClose={() => setOpened(undefined)}
          />
        ) : null}
      </Suspense>
    </PageFrame>
  );
}
