import { type ResourceRow, receiptInvoicingResource, receiptInvoicingStates } from '@anlin/contract';
import { Button, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { HoldingTabs } from '../cashier/holding-tabs.tsx';
import { invoiceLists } from './invoice-tabs.ts';

const IssueDialog = lazy(() => import('./issue-dialog.tsx'));
const colors: Readonly<Record<string, string>> = { none: 'default', partly: 'orange', invoiced: 'success' };

/** What is not invoiced yet; receipts are chosen here, one or several, and invoiced. */
export default function UninvoicedScreen() {
  const can = useCan();
  const { go } = useAddress();
  const [receiptIds, setReceiptIds] = useState<readonly string[]>();
  const mayAsk = can('invoice.issue') || can('invoice.request');
  const hasLeft = (row: ResourceRow) => Number(row.left) > 0;
  return (
    <>
      <ResourcePage
        definition={receiptInvoicingResource}
        tabs={<HoldingTabs label="发票列表" lists={invoiceLists} />}
        help="每张有效收据可开多少、已开多少。预存、押金在抵账单时才开票，赠送的预存款不开票。"
        searchHint="收据号、房号、付款人"
        emptyHint="还没有收款"
        columns={{
          state: {
            render: ({ state }) => (
              <Tag color={colors[String(state)] ?? ''}>
                {receiptInvoicingStates[state as keyof typeof receiptInvoicingStates]}
              </Tag>
            ),
          },
        }}
        rowActions={(row, place) => (
          <>
            {mayAsk && hasLeft(row) ? (
              <Button
                {...(place === 'list' ? ({ type: 'link', size: 'small' } as const) : {})}
                onClick={() => setReceiptIds([row.id])}
              >
                开票
              </Button>
            ) : null}
            {place === 'detail' ? (
              <Button onClick={() => go('/cashier/receipts', { community: String(row.communityId), id: row.id })}>
                查看收据
              </Button>
            ) : null}
          </>
        )}
        actionsWidth={120}
        {...(mayAsk
          ? {
              batchActions: (rows: readonly ResourceRow[]) => (
                <Button type="primary" onClick={() => setReceiptIds(rows.filter(hasLeft).map((row) => row.id))}>
                  合并开票
                </Button>
              ),
            }
          : {})}
      />
      <Suspense>
        {receiptIds && receiptIds.length > 0 ? (
          <IssueDialog receiptIds={receiptIds} onClose={() => setReceiptIds(undefined)} />
        ) : null}
      </Suspense>
    </>
  );
}
