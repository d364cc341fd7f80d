import { getBillLateFee, type ResourceRow } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, DatePicker, Skeleton, Space } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { MoneyText } from '../../resource-ui/index.ts';

/** The late fee of a bill as of a day that can be chosen, by which rule, and how it was worked out. */
export function BillLateFee({ bill }: { bill: ResourceRow }) {
  const [asOf, setAsOf] = useState<string>();
  const { data, error } = useQuery({
    // Follows the bill: a payment or a waiver changes what is left of it.
    queryKey: ['bill', 'lateFee', bill.id, bill.version, bill.outstanding, asOf],
    queryFn: ({ signal }) =>
      call(getBillLateFee, { params: { id: bill.id }, query: asOf === undefined ? {} : { asOf }, signal }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active paragraph={{ rows: 1 }} />;
  if (data.rule === '' && data.received === '0.00' && data.waived === '0.00')
    return <div className="muted">这个收费项目不收违约金</div>;
  return (
    <Space orientation="vertical" size={8} style={{ width: '100%' }}>
      <Space wrap>
        <span>计算到</span>
        <DatePicker
          aria-label="违约金计算到"
          size="small"
          allowClear={false}
          value={dayjs(data.asOf)}
          onChange={(day) => setAsOf(day?.format('YYYY-MM-DD'))}
        />
        <span>
          现欠 <MoneyText yuan={data.due} />
        </span>
        {data.received === '0.00' ? null : (
          <span>
            已收 <MoneyText yuan={data.received} />
          </span>
        )}
        {data.waived === '0.00' ? null : (
          <span>
            已减免 <MoneyText yuan={data.waived} />
          </span>
        )}
      </Space>
      <div style={{ whiteSpace: 'pre-line' }}>
        {data.sentence === '' ? `到 ${data.asOf} 没有违约金` : data.sentence}
      </div>
      {data.rule === '' ? null : <div className="muted">{data.rule}</div>}
    </Space>
  );
}
