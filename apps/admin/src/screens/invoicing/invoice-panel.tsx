import { invoiceStates, readInvoice, sendInvoice } from '@anlin/contract';
import { DownloadOutlined, SendOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Descriptions, Skeleton, Space, Table } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, instantText, openFile } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';

const exchangeWords: Readonly<Record<string, string>> = { submit: '提交', query: '查询', callback: '服务商回调' };
const outcomeWords: Readonly<Record<string, string>> = {
  processing: '处理中',
  issued: '已开具',
  refused: '拒绝',
  unknown: '服务商没有收到',
  unclear: '没有答复',
  knownAlready: '重复，未处理',
  otherRequest: '不是当前申请，未处理',
  otherAmount: '金额不一致，未处理',
};

const money = (key: 'gross' | 'net' | 'tax', title: string) => ({
  title,
  dataIndex: key,
  align: 'right' as const,
  className: 'figures',
  render: (yuan: string) => groupThousands(yuan),
});

/** Lines, receipts, red letters and what was said with the provider. */
export default function InvoicePanel({ invoiceId }: { invoiceId: string }) {
  const { go } = useAddress();
  const { data, error } = useQuery({
    queryKey: ['invoice', 'detail', invoiceId],
    queryFn: () => call(readInvoice, { params: { id: invoiceId } }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  const { buyer } = data;
  const bank = [buyer.bankName, buyer.bankAccount].filter(Boolean).join(' ');
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      {data.failure ? <Alert type="warning" showIcon title={data.failure} /> : null}
      <Documents invoice={data} />
      <Descriptions
        size="small"
        column={2}
        items={[
          { key: 'seller', label: '销售方', children: data.sellerName || '—' },
          { key: 'buyer', label: '购买方', children: buyer.name },
          { key: 'tax', label: '购方税号', children: buyer.taxNumber || '—' },
          { key: 'bank', label: '开户行及账号', children: bank || '—' },
          ...(data.reason ? [{ key: 'reason', label: '原因', span: 2, children: data.reason }] : []),
          { key: 'request', label: '申请编号', span: 2, children: data.requestNumber },
        ]}
      />
      <Table
        size="small"
        pagination={false}
        rowKey="itemName"
        dataSource={data.lines}
        columns={[
          { title: '项目', dataIndex: 'itemName' },
          { title: '税率', dataIndex: 'taxRate', align: 'right', render: (rate: string) => `${rate}%` },
          money('net', '金额'),
          money('tax', '税额'),
          money('gross', '价税合计'),
        ]}
      />
      <Table
        size="small"
        pagination={false}
        rowKey={(part) => `${part.receiptId} ${part.chargeItemId}`}
        dataSource={data.parts}
        columns={[
          {
            title: '收据',
            dataIndex: 'receiptNumber',
            render: (number: string, part) => (
              <Button
                type="link"
                size="small"
                style={{ padding: 0 }}
                onClick={() => go('/cashier/receipts', { community: data.communityId, id: part.receiptId })}
              >
                {number}
              </Button>
            ),
          },
          { title: '项目', dataIndex: 'itemName' },
          money('gross', '开票'),
        ]}
      />
      {data.reds.map((red) => (
        <Alert
          key={red.id}
          type={red.state === 'failed' ? 'error' : 'info'}
          showIcon
          title={`红字 ${red.number || ''} ${groupThousands(red.gross)} 元 · ${invoiceStates[red.state]}`}
          description={red.failure || `原因：${red.reason}`}
        />
      ))}
      {data.original ? <p className="muted">冲的是发票 {data.original.number}</p> : null}
      <Table
        size="small"
        pagination={false}
        rowKey={(one) => `${one.at}${one.kind}${one.outcome}`}
        dataSource={data.exchanges}
        locale={{ emptyText: '还没有与服务商往来' }}
        columns={[
          { title: '时间', dataIndex: 'at', width: 150, render: instantText },
          { title: '往来', dataIndex: 'kind', width: 100, render: (kind: string) => exchangeWords[kind] ?? kind },
          {
            title: '结果',
            dataIndex: 'outcome',
            render: (outcome: string, one) => [outcomeWords[outcome] ?? outcome, one.answer].filter(Boolean).join('：'),
          },
        ]}
      />
    </Space>
  );
}

/** Downloading the document and telling the owners. */
function Documents({
  invoice,
}: {
  invoice: { id: string; state: string; pdf: { fileId: string | null; url: string } };
}) {
  const { message } = App.useApp();
  const can = useCan();
  const send = useMutation({
    mutationFn: () => call(sendInvoice, { params: { id: invoice.id }, body: {} }),
    onSuccess: () => message.success('已通知。发送情况见“消息推送记录”'),
    onError: (error) => message.error(errorText(error)),
  });
  const { fileId, url } = invoice.pdf;
  if (!['issued', 'partlyRed', 'redLettered'].includes(invoice.state)) return null;
  return (
    <Space>
      {fileId ? (
        <Button icon={<DownloadOutlined />} onClick={() => void openFile(fileId)}>
          下载 PDF
        </Button>
      ) : null}
      {url ? (
        <Button href={url} target="_blank" rel="noopener noreferrer">
          在服务商处查看
        </Button>
      ) : null}
      {can('invoice.issue') ? (
        <Button icon={<SendOutlined />} loading={send.isPending} onClick={() => send.mutate()}>
          通知业主
        </Button>
      ) : null}
    </Space>
  );
}
