import {
  type ClosingKind,
  closeBooks,
  type EndpointReply,
  type listBookClosings,
  previewBookClosing,
} from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, DatePicker, Modal, Skeleton, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { ClosingFigures } from './closing-figures.tsx';
import { stretchText } from './stretch-text.ts';

interface CloseDialogProps {
  communityId: string;
  kind: ClosingKind;
  state: EndpointReply<typeof listBookClosings>;
  onClose: (isDone: boolean) => void;
}

/** Chooses the day or month, shows what would be kept, and closes just that. */
export function CloseDialog({ communityId, kind, state, onClose }: CloseDialogProps) {
  const { message } = App.useApp();
  const [lastDay, setLastDay] = useState(kind === 'day' ? state.yesterday : (state.nextMonthEnd ?? state.yesterday));
  const at = { communityId, kind, lastDay };
  const close = useMutation({
    mutationFn: (expectedHash: string) => call(closeBooks, { body: { ...at, expectedHash } }),
    onSuccess: () => {
      message.success(`已结账到 ${lastDay}`);
      onClose(true);
    },
  });
  const preview = useQuery({
    queryKey: ['bookClosings', 'preview', at],
    queryFn: ({ signal }) => call(previewBookClosing, { query: at, signal }),
    // News of the closing itself may come before its answer, and asking again then would be refused.
    enabled: !close.isPending && !close.isSuccess,
    gcTime: 0,
    retry: false,
  });
  const figures = preview.data;
  const error = close.error ?? preview.error;
  const isMonth = kind === 'month';
  return (
    <Modal
      open
      width={900}
      // The button stays in sight on a small screen, whatever the figures are.
      style={{ top: 24 }}
      styles={{ body: { maxHeight: 'calc(100vh - 160px)', overflowY: 'auto' } }}
      title={isMonth ? '月结' : '日结'}
      okText={figures ? `结账：${stretchText(figures.firstDay, figures.lastDay)}` : '结账'}
      okButtonProps={{ disabled: !figures || preview.isFetching, loading: close.isPending }}
      onOk={() => figures && close.mutate(figures.hash, { onError: () => preview.refetch() })}
      onCancel={() => onClose(false)}
    >
      <Space orientation="vertical" style={{ width: '100%' }}>
        <Space>
          <span>{isMonth ? '结到哪个月' : '结到哪一天'}</span>
          <DatePicker
            aria-label={isMonth ? '月份' : '日期'}
            picker={isMonth ? 'month' : 'date'}
            allowClear={false}
            value={dayjs(lastDay)}
            disabledDate={(one) =>
              (isMonth ? one.endOf('month') : one).format('YYYY-MM-DD') > state.yesterday ||
              (!isMonth && state.closedUntil !== null && one.format('YYYY-MM-DD') <= state.closedUntil)
            }
            onChange={(next) => {
              const one = next && !Array.isArray(next) ? next : null;
              if (one) setLastDay((isMonth ? one.endOf('month') : one).format('YYYY-MM-DD'));
              close.reset();
            }}
          />
          <span className="muted">结账后，这些日子不能再增加或更改单据。</span>
        </Space>
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        {figures ? <ClosingFigures figures={figures} /> : <Skeleton active loading={preview.isPending} />}
      </Space>
    </Modal>
  );
}
