import { getVoucher, voucherKinds } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Drawer, Skeleton, Space } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { VoucherLines } from './voucher-lines.tsx';

/** One voucher as it was made. */
export function VoucherDrawer({ id, onClose }: { id: string; onClose: () => void }) {
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
          <VoucherLines lines={data.lines} total={data.total} />
        </Space>
      ) : (
        <Skeleton active />
      )}
    </Drawer>
  );
}
