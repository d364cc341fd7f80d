import { getVoucher, type VoucherLine, voucherKinds } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Drawer, Skeleton, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { JournalDrawer } from './journal-drawer.tsx';
import { VoucherLines } from './voucher-lines.tsx';

/** One voucher as it was made; each line leads to the documents it sums up. */
export function VoucherDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const mayOpen = useCan()('trialBalance.view');
  const [opened, setOpened] = useState<VoucherLine>();
  const { data, error } = useQuery({
    queryKey: ['vouchers', 'one', id],
    queryFn: ({ signal }) => call(getVoucher, { params: { id }, signal }),
  });
  return (
    <Drawer open size={1000} title={data ? `${data.day.slice(0, 7)} ${data.number}` : '凭证'} onClose={onClose}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {data ? (
        <Space orientation="vertical" style={{ width: '100%' }}>
          {data.isVoided ? <Alert type="warning" showIcon title="这张凭证已作废，号码保留" /> : null}
          <span>
            {`${data.communityName} ${voucherKinds[data.kind]}，凭证日期 ${data.day}，汇总 ${data.firstDay} 至 ${data.lastDay} 的单据`}
          </span>
          <VoucherLines lines={data.lines} total={data.total} onOpen={mayOpen ? setOpened : undefined} />
          {mayOpen ? (
            <span className="muted">点一行看它汇总的单据。税额按税率从收入里分出，没有自己的单据。</span>
          ) : null}
        </Space>
      ) : (
        <Skeleton active />
      )}
      {data && opened?.sumsUp ? (
        <JournalDrawer
          account={{ key: opened.sumsUp.account, name: `${opened.code} ${opened.name}` }}
          range={{ communityId: data.communityId, from: data.firstDay, to: data.lastDay }}
          part={{ ...opened.sumsUp, voucherKind: data.kind }}
          onClose={() => setOpened(undefined)}
        />
      ) : null}
    </Drawer>
  );
}
