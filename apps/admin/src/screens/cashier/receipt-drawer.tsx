import { getReceipt, type ReceiptDetail } from '@anlin/contract';
import { PrinterOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Descriptions, Drawer, Skeleton, Space, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { usePrintPdf } from '../../print/use-print-pdf.ts';
import { groupThousands, instantText, MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { actionText } from '../system/audit-words.ts';
import { PaperButton } from './holding-paper-buttons.tsx';
import { ReceiptUndoHistory, ReceiptUndoMenu } from './receipt-undo.tsx';
import styles from './receipts.module.css';
import { ReverseDialog } from './reverse-dialog.tsx';
import { openSlip } from './slip-paper.ts';

const IssueDialog = lazy(() => import('../invoicing/issue-dialog.tsx'));

const historyWords: Record<string, string> = {
  'receipt.take': '收款',
  'receipt.print': '打印',
  'receipt.reverse': '撤销',
  'receipt.void': '作废',
  'receipt.restore': '恢复',
  'receipt.amend.method': '改支付方式',
  'receipt.amend.payer': '改付款人',
  'receipt.amend.note': '改备注',
};

/** Prepaid and deposits are invoiced when they pay a bill, not when they are taken. */
const isInvoiceable = ({ lines, otherLines }: ReceiptDetail) =>
  lines.length > 0 || otherLines.some((line) => line.kind === 'income');

/** A receipt with its lines, how it was paid and what happened to it; printed and reversed from here. */
export function ReceiptDrawer({ receiptId, onClose }: { receiptId: string; onClose: () => void }) {
  const { message } = App.useApp();
  const can = useCan();
  const [isReversing, setReversing] = useState(false);
  const [isInvoicing, setInvoicing] = useState(false);
  const mayInvoice = can('invoice.view') && (can('invoice.issue') || can('invoice.request'));
  const { data, error, refetch } = useQuery({
    queryKey: ['receipts', 'one', receiptId],
    queryFn: () => call(getReceipt, { params: { id: receiptId } }),
  });
  const print = () => {
    if (!openSlip(receiptId, 'auto')) message.warning('浏览器拦截了打印窗口，请允许本站弹出窗口后再点打印');
    setTimeout(() => void refetch(), 3000);
  };
  const pdf = usePrintPdf(() => void refetch());
  const isValid = data?.state === 'valid';
  return (
    <Drawer
      open
      size={560}
      title={data ? `收据 ${data.number}` : '收据'}
      onClose={onClose}
      extra={
        <Space>
          {isValid && can('receipt.print') ? (
            <Button icon={<PrinterOutlined />} onClick={print}>
              {data.printCount === 0 ? '打印' : '补打'}
            </Button>
          ) : null}
          {isValid && can('receipt.print') ? (
            <Button loading={pdf.isPending} onClick={() => pdf.mutate({ type: 'receipt', ids: [receiptId] })}>
              PDF
            </Button>
          ) : null}
          {isValid && mayInvoice && data.invoiced !== data.total && isInvoiceable(data) ? (
            <Button onClick={() => setInvoicing(true)}>开票</Button>
          ) : null}
          {isValid && can('receipt.reverse') ? (
            <Button danger onClick={() => setReversing(true)}>
              撤销
            </Button>
          ) : null}
          {data ? <ReceiptUndoMenu receipt={data} /> : null}
        </Space>
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {data ? <Detail receipt={data} /> : error ? null : <Skeleton active />}
      <Suspense>
        {isInvoicing ? (
          <IssueDialog
            receiptIds={[receiptId]}
            onClose={(isDone) => {
              setInvoicing(false);
              if (isDone) void refetch();
            }}
          />
        ) : null}
      </Suspense>
      {data && isReversing ? (
        <ReverseDialog
          receipt={{ id: data.id, number: data.number, total: data.total, billCount: data.lines.length }}
          onClose={() => setReversing(false)}
          onReversed={() => setReversing(false)}
        />
      ) : null}
    </Drawer>
  );
}

/** Deposits and prepaid have papers of their own beside the receipt. */
function OwnPapers({ receipt: { id, otherLines } }: { receipt: ReceiptDetail }) {
  const mayPrint = useCan()('receipt.print');
  const has = (kind: string) => mayPrint && otherLines.some((line) => line.kind === kind);
  return has('deposit') || has('topUp') ? (
    <Space style={{ marginTop: 8 }}>
      <span className="muted">打印</span>
      {has('deposit') ? <PaperButton type="depositReceipt" id={id} look={{ size: 'small' }} /> : null}
      {has('topUp') ? <PaperButton type="prepaidReceipt" id={id} look={{ size: 'small' }} /> : null}
    </Space>
  ) : null;
}

function Detail({ receipt }: { receipt: ReceiptDetail }) {
  const { reversal } = receipt;
  const mayOpenBills = useCan()('bill.view');
  const { go } = useAddress();
  return (
    <>
      {reversal ? (
        <Alert
          type="error"
          showIcon
          title={`${reversal.reversedOn} 由 ${reversal.staffName} 撤销`}
          description={`原因：${reversal.reason}。账单已恢复未收，号码保留`}
        />
      ) : null}
      <div className={styles.total}>
        <span>
          实收 <Tag color={reversal ? 'error' : 'success'}>{reversal ? '已撤销' : '有效'}</Tag>
          {receipt.invoiced === '0.00' ? null : <Tag color="blue">已开票 {groupThousands(receipt.invoiced)}</Tag>}
        </span>
        <b className="figures">{groupThousands(receipt.total)}</b>
      </div>
      <Descriptions
        size="small"
        column={2}
        items={[
          { key: 'community', label: '小区', children: receipt.communityName },
          { key: 'target', label: '房屋', children: receipt.targetName || '—' },
          { key: 'payer', label: '付款人', children: receipt.payerName || '—' },
          { key: 'day', label: '收款日期', children: receipt.receivedOn },
          { key: 'cashier', label: '收银员', children: receipt.cashierName },
          { key: 'prints', label: '打印', children: `${receipt.printCount} 次` },
          ...(receipt.note === '' ? [] : [{ key: 'note', label: '备注', span: 2, children: receipt.note }]),
        ]}
      />
      <h3 className={styles.section}>收了什么（{receipt.lines.length + receipt.otherLines.length} 笔）</h3>
      {receipt.lines.map((line) => (
        <div key={line.billId} className={styles.line}>
          <span>
            {mayOpenBills ? (
              <Button
                type="link"
                size="small"
                className={styles.bill ?? ''}
                onClick={() => go('/charging/bills', { community: receipt.communityId, id: line.billId })}
              >
                {line.chargeItemName} {line.periodText}
              </Button>
            ) : (
              `${line.chargeItemName} ${line.periodText}`
            )}{' '}
            <span className="muted">{line.targetName}</span>
          </span>
          <MoneyText yuan={line.sum} />
          <span className={styles.small}>
            {line.sentence}
            {line.lateFee === '0.00' ? '' : `\n其中违约金 ${line.lateFee} 元`}
            {line.reduction === '' ? '' : `\n${line.reduction}`}
          </span>
        </div>
      ))}
      {receipt.otherLines.map((line) => (
        <div key={`${line.kind}${line.name}${line.amount}${line.description}`} className={styles.line}>
          <span>
            {{ topUp: '', deposit: '押金 · ', income: '其他收入 · ' }[line.kind]}
            {line.name} <span className="muted">{line.description}</span>
          </span>
          <MoneyText yuan={line.amount} />
        </div>
      ))}
      {receipt.reducedTotal === '0.00' ? null : (
        <div className={styles.line}>
          <span className="muted">本次优惠合计</span>
          <span className="muted">{groupThousands(receipt.reducedTotal)}</span>
        </div>
      )}
      {reversal === null ? <OwnPapers receipt={receipt} /> : null}
      <h3 className={styles.section}>怎么付的</h3>
      {receipt.tenders.map((tender) => (
        <div key={`${tender.name}${tender.reference}`} className={styles.line}>
          <span>
            {tender.name} <span className="muted">{tender.reference}</span>
          </span>
          <MoneyText yuan={tender.amount} />
        </div>
      ))}
      {receipt.change === '0.00' ? null : (
        <div className={styles.line}>
          <span>收到现金 {groupThousands(receipt.cashTendered)}，找零</span>
          <MoneyText yuan={receipt.change} />
        </div>
      )}
      <ReceiptUndoHistory receipt={receipt} />
      <h3 className={styles.section}>经过</h3>
      {receipt.history.map((entry) => (
        <div key={`${entry.at}${entry.action}`} className={styles.line}>
          <span>
            {[historyWords[entry.action] ?? actionText(entry.action), entry.actorName]
              .filter((word) => word !== '')
              .join(' · ')}
          </span>
          <span className="muted">{instantText(entry.at)}</span>
        </div>
      ))}
    </>
  );
}
