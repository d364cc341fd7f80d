import { invoiceResource, invoiceStates, type ResourceRow, retryInvoice } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Skeleton, Space, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { HoldingTabs } from '../cashier/holding-tabs.tsx';
import { invoiceLists } from './invoice-tabs.ts';

const InvoicePanel = lazy(() => import('./invoice-panel.tsx'));
const RedLetterDialog = lazy(() => import('./red-letter-dialog.tsx'));
const ReviewDialog = lazy(() => import('./review-dialog.tsx'));

export const stateColors: Readonly<Record<string, string>> = {
  requested: 'orange',
  rejected: 'default',
  issuing: 'processing',
  issued: 'success',
  failed: 'error',
  partlyRed: 'volcano',
  redLettered: 'default',
};

type Doing = { what: 'review' | 'redLetter'; row: ResourceRow };

/** FIN-6: every e-invoice with its state, from the request to the red letter. */
export default function InvoiceScreen() {
  const can = useCan();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [doing, setDoing] = useState<Doing>();
  const retry = useMutation({
    mutationFn: (id: string) => call(retryInvoice, { params: { id }, body: {} }),
    onSuccess: () => message.success('已交给开票服务商，稍后刷新查看结果'),
    onError: (error) => message.error(errorText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: [invoiceResource.name] }),
  });
  const actions = (row: ResourceRow, place: 'list' | 'detail') => {
    const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
    const isBlue = row.direction === 'blue';
    const mayTakeBack = isBlue && ['issued', 'partlyRed'].includes(String(row.state)) && can('invoice.redLetter');
    const mayRetry = (row.state === 'issuing' || (row.state === 'failed' && isBlue)) && can('invoice.issue');
    return (
      <Space size={place === 'list' ? 0 : 8}>
        {row.state === 'requested' && can('invoice.issue') ? (
          <Button {...look} onClick={() => setDoing({ what: 'review', row })}>
            审核
          </Button>
        ) : null}
        {mayRetry ? (
          <Button {...look} onClick={() => retry.mutate(row.id)}>
            {row.state === 'failed' ? '重新开具' : '查询结果'}
          </Button>
        ) : null}
        {mayTakeBack ? (
          <Button {...look} danger onClick={() => setDoing({ what: 'redLetter', row })}>
            红冲
          </Button>
        ) : null}
      </Space>
    );
  };
  const close = () => setDoing(undefined);
  return (
    <>
      <ResourcePage
        definition={invoiceResource}
        tabs={<HoldingTabs label="发票列表" lists={invoiceLists} />}
        help="数电发票从收据开出，只能开实际收到且没有开过的钱。要退款、撤销已开票的收据，须先红冲。"
        searchHint="发票号码、抬头、房号、收据号"
        emptyHint="还没有发票。在“未开票”里选收据开票"
        columns={{
          state: {
            render: ({ state }) => (
              <Tag color={stateColors[String(state)] ?? ''}>{invoiceStates[state as keyof typeof invoiceStates]}</Tag>
            ),
          },
          direction: { render: ({ direction }) => (direction === 'red' ? <Tag color="red">红字</Tag> : '蓝字') },
        }}
        rowActions={actions}
        actionsWidth={170}
        detail={[
          {
            key: 'lines',
            label: '明细与往来',
            render: (row) => (
              <Suspense fallback={<Skeleton active />}>
                <InvoicePanel invoiceId={row.id} />
              </Suspense>
            ),
          },
        ]}
      />
      <Suspense>
        {doing?.what === 'redLetter' ? <RedLetterDialog invoiceId={doing.row.id} onClose={close} /> : null}
        {doing?.what === 'review' ? <ReviewDialog row={doing.row} onClose={close} /> : null}
      </Suspense>
    </>
  );
}
