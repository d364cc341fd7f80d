import { createStatementLink, type EndpointReply, type readStatement } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Flex, Modal, Select, Typography } from 'antd';
import { useState } from 'react';
import { renderSVG } from 'uqr';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/index.ts';

interface StatementLinkDialogProps {
  asked: {
    residentId?: string | undefined;
    houseId?: string | undefined;
    communityId?: string | undefined;
    from: EndpointReply<typeof readStatement>['from'];
    to: string;
  };
  onClose: () => void;
}

const terms = [7, 15, 30, 90];

/** Makes the link of a statement; it is copied into a message or scanned by the owner at the counter. */
export function StatementLinkDialog({ asked, onClose }: StatementLinkDialogProps) {
  const queries = useQueryClient();
  const [days, setDays] = useState(30);
  const make = useMutation({
    mutationFn: () => call(createStatementLink, { body: { ...asked, days } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['statementLinks'] }),
  });
  const made = make.data;
  const address = made ? new URL(made.path, window.location.origin).href : '';
  return (
    <Modal
      open
      title="发给业主"
      width={440}
      okText={made ? '完成' : '生成链接'}
      cancelText="取消"
      confirmLoading={make.isPending}
      onCancel={onClose}
      onOk={() => (made ? onClose() : make.mutate())}
    >
      {made ? (
        <Flex vertical align="center" gap={12}>
          <img
            alt="对账单二维码"
            width={220}
            height={220}
            src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(renderSVG(address, { ecc: 'M', border: 2 }))}`}
          />
          <Typography.Text>业主扫码，或打开链接，不用登录。{instantText(made.expiresAt)} 失效</Typography.Text>
          <Typography.Link
            href={address}
            target="_blank"
            copyable={{ text: address, tooltips: ['复制链接', '已复制'] }}
            style={{ wordBreak: 'break-all' }}
          >
            打开对账单
          </Typography.Link>
        </Flex>
      ) : (
        <Flex vertical gap={12}>
          <Typography.Text>
            有链接的人都能看到这份对账单（{asked.from} 至 {asked.to}），请只发给业主本人。可随时在“已发链接”中撤回。
          </Typography.Text>
          <Flex align="center" gap={8}>
            有效
            <Select
              aria-label="有效天数"
              style={{ width: 110 }}
              value={days}
              options={terms.map((one) => ({ value: one, label: `${one} 天` }))}
              onChange={setDays}
            />
          </Flex>
          {make.error ? <Alert type="error" showIcon title={errorText(make.error)} /> : null}
        </Flex>
      )}
    </Modal>
  );
}
