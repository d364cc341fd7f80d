import { billResource, changeDueDays, type ResourceRow } from '@anlin/contract';
import { useQueryClient } from '@tanstack/react-query';
import { App, DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { call } from '../../api/api.ts';
import { BillReasonDialog } from './bill-reason-dialog.tsx';

/** One pay-by day for all chosen bills. */
export default function DueDayDialog({
  rows,
  onClose,
}: {
  rows: readonly ResourceRow[];
  onClose: (isDone: boolean) => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [day, setDay] = useState(dayjs(String(rows[0]?.dueOn)));
  const [isDone, setDone] = useState(false);
  return (
    <BillReasonDialog
      title={`修改 ${rows.length} 张账单的缴费期限`}
      text={
        <>
          新的缴费期限：
          <DatePicker
            aria-label="新的缴费期限"
            allowClear={false}
            value={day}
            onChange={(next) => next && setDay(next)}
          />
        </>
      }
      label="修改原因"
      okText="修改缴费期限"
      onClose={() => onClose(isDone)}
      submit={async (reason) => {
        const body = { ids: rows.map((row) => row.id), dueOn: day.format('YYYY-MM-DD'), reason };
        const { changedCount } = await call(changeDueDays, { body });
        setDone(true);
        message.success(`已修改 ${changedCount} 张账单`);
        await queries.invalidateQueries({ queryKey: [billResource.name] });
      }}
    />
  );
}
