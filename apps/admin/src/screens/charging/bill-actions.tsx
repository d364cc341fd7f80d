import { billResource, type ResourceRow, restoreBills } from '@anlin/contract';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Dropdown, Space } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { BillReasonDialog } from './bill-reason-dialog.tsx';

// What waits behind a click comes with it.
const VoidBillsDialog = lazy(() => import('./void-bills-dialog.tsx'));
const WaiveDialog = lazy(() => import('./waive-dialog.tsx'));
const EditBillDialog = lazy(() => import('./edit-bill-dialog.tsx'));
const DueDayDialog = lazy(() => import('./due-day-dialog.tsx'));
const IssueDialog = lazy(() => import('../invoicing/issue-dialog.tsx'));
const MarkPaidDialog = lazy(() => import('./mark-paid-dialog.tsx'));

type Action = 'edit' | 'waive' | 'void' | 'dueDay' | 'markPaid' | 'restore' | 'invoice';

interface Chosen {
  action: Action;
  rows: readonly ResourceRow[];
  clear: () => void;
}

const isUntouched = (row: ResourceRow) =>
  row.state === 'due' && row.discount === '0.00' && row.waived === '0.00' && row.lateFeeWaived === '0.00';
const hasMoney = (row: ResourceRow) => Number(row.received) > Number(row.refunded);
const owes = (row: ResourceRow) => row.state === 'due' || row.state === 'partlyPaid';

/** What may be done with bills, for their rows, their detail and many at once, and the dialog that is open. */
export function useBillActions() {
  const can = useCan();
  const mayInvoice = can('invoice.view') && (can('invoice.issue') || can('invoice.request'));
  const [chosen, setChosen] = useState<Chosen>();
  const begin = (action: Action, rows: readonly ResourceRow[], clear: () => void = () => {}) =>
    setChosen({ action, rows, clear });
  const actionsOf = (row: ResourceRow): { key: Action; label: string; danger?: boolean }[] => [
    ...(can('bill.edit') && isUntouched(row) && row.raisedHow !== 'thirdParty'
      ? [{ key: 'edit' as const, label: '修改' }]
      : []),
    ...(can('bill.waive') && owes(row) ? [{ key: 'waive' as const, label: '减免' }] : []),
    ...(can('bill.void') && isUntouched(row) ? [{ key: 'void' as const, label: '作废', danger: true }] : []),
    ...(mayInvoice && hasMoney(row) ? [{ key: 'invoice' as const, label: '开票' }] : []),
    ...(can('bill.void') && row.state === 'void' ? [{ key: 'restore' as const, label: '恢复' }] : []),
  ];
  const rowActions = (row: ResourceRow, place: 'list' | 'detail') => {
    const actions = actionsOf(row);
    const begins = (key: string) => begin(key as Action, [row]);
    if (actions.length === 0) return null;
    if (place === 'list' && actions.length > 1)
      return (
        <Dropdown
          trigger={['click']}
          menu={{
            items: actions,
            onClick: ({ key, domEvent }) => {
              // The menu is drawn elsewhere, but its clicks reach the row, which would open.
              domEvent.stopPropagation();
              begins(key);
            },
          }}
        >
          <Button type="link" size="small">
            操作
          </Button>
        </Dropdown>
      );
    const buttons = actions.map(({ key, label, danger = false }) => (
      <Button
        key={key}
        {...(place === 'list' ? ({ type: 'link', size: 'small' } as const) : {})}
        danger={danger}
        onClick={() => begins(key)}
      >
        {label}
      </Button>
    ));
    return place === 'list' ? buttons : <Space>{buttons}</Space>;
  };
  const batchActions = (rows: readonly ResourceRow[], clear: () => void) => {
    const invoice =
      mayInvoice && rows.every(hasMoney) ? (
        <Button size="small" onClick={() => begin('invoice', rows, clear)}>
          合并开票
        </Button>
      ) : null;
    if (!rows.every(owes)) return invoice ?? <span className="muted">所选含已缴清或已作废的账单，不能批量办理</span>;
    return (
      <>
        {invoice}
        {can('cashier.collect') ? (
          <Button size="small" onClick={() => begin('markPaid', rows, clear)}>
            标记已缴
          </Button>
        ) : null}
        {can('bill.waive') ? (
          <Button size="small" onClick={() => begin('waive', rows, clear)}>
            减免
          </Button>
        ) : null}
        {can('bill.edit') && rows.every(isUntouched) ? (
          <Button size="small" onClick={() => begin('dueDay', rows, clear)}>
            改缴费期限
          </Button>
        ) : null}
        {can('bill.void') && rows.every(isUntouched) ? (
          <Button size="small" danger onClick={() => begin('void', rows, clear)}>
            作废
          </Button>
        ) : null}
        {rows.every(isUntouched) ? null : <span className="muted">所选含收过款或减免的账单，不能作废</span>}
      </>
    );
  };
  const close = (isDone: boolean) => {
    if (isDone) chosen?.clear();
    setChosen(undefined);
  };
  const dialog = chosen ? (
    <Suspense>
      <ActionDialog chosen={chosen} onClose={close} />
    </Suspense>
  ) : null;
  return { rowActions, batchActions, dialog };
}

function ActionDialog({ chosen, onClose }: { chosen: Chosen; onClose: (isDone: boolean) => void }) {
  const { action, rows } = chosen;
  if (action === 'void') return <VoidBillsDialog rows={rows} onClose={onClose} />;
  if (action === 'waive') return <WaiveDialog rows={rows} onClose={onClose} />;
  if (action === 'dueDay') return <DueDayDialog rows={rows} onClose={onClose} />;
  if (action === 'markPaid') return <MarkPaidDialog rows={rows} onClose={onClose} />;
  if (action === 'invoice') return <IssueDialog billIds={rows.map((row) => row.id)} onClose={onClose} />;
  if (action === 'edit') return <EditBillDialog row={rows[0]!} onClose={onClose} />;
  return <RestoreDialog row={rows[0]!} onClose={() => onClose(true)} />;
}

function RestoreDialog({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  return (
    <BillReasonDialog
      title={`恢复“${String(row.targetLabel)}”作废的账单？`}
      text="恢复后重新应收。它的账期又生成过时不能恢复；随收据作废的请在回收站恢复收据。"
      label="恢复原因"
      okText="恢复"
      onClose={onClose}
      submit={async (reason) => {
        const { sum } = await call(restoreBills, { body: { ids: [row.id], reason } });
        message.success(`已恢复，应收 ${sum} 元`);
        await queries.invalidateQueries({ queryKey: [billResource.name] });
      }}
    />
  );
}
