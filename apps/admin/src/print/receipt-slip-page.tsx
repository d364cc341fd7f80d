import { companyMark, getReceipt, printReceipt, type ReceiptDetail } from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Alert, Button, Skeleton, Space } from 'antd';
import { useEffect, useRef } from 'react';
import { call, errorText } from '../api/api.ts';
import { useAddress } from '../shell/address.ts';
import { ReceiptSlip } from './receipt-slip.tsx';
import './receipt-slip.css';

const pageSizes = { a4: 'A4', '241x93': '241mm 93mm' } as const;
type Paper = keyof typeof pageSizes;

/**
 * The slip alone, without the shell: counts the print, then opens the browser's print dialog once. `preview=1` shows
 * it without counting or printing.
 */
export default function ReceiptSlipPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { search } = useAddress();
  const paper: Paper = search.paper === '241x93' ? '241x93' : 'a4';
  const isPreview = search.preview === '1';
  const receipt = useQuery({ queryKey: ['receipts', 'one', id], queryFn: () => call(getReceipt, { params: { id } }) });
  const mark = useQuery({ queryKey: [companyMark.id], queryFn: () => call(companyMark), staleTime: 0 });
  const count = useMutation({ mutationFn: () => call(printReceipt, { params: { id } }) });
  const isStarted = useRef(false);
  useEffect(() => {
    if (isPreview || isStarted.current) return;
    isStarted.current = true;
    count.mutate();
  }, [isPreview, count]);
  // A logo that cannot be had keeps nobody from their receipt.
  const isReady = receipt.data !== undefined && !mark.isPending && (isPreview || count.data !== undefined);
  usePrintOnce(isReady && !isPreview, receipt.data);
  const error = receipt.error ?? count.error;
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!isReady || !receipt.data) return <Skeleton active style={{ padding: 24 }} />;
  const isReprint = isPreview ? receipt.data.printCount > 1 : count.data?.isReprint === true;
  return (
    <>
      <style>{`@page { size: ${pageSizes[paper]}; margin: ${paper === 'a4' ? '14mm' : '5mm 12mm'}; }`}</style>
      <div className="slip-tools">
        <Space>
          <Button type="primary" onClick={() => window.print()}>
            打印
          </Button>
          <Button onClick={() => window.close()}>关闭</Button>
        </Space>
      </div>
      <ReceiptSlip receipt={receipt.data} logoUrl={mark.data?.logoUrl ?? null} paper={paper} isReprint={isReprint} />
    </>
  );
}

function usePrintOnce(isReady: boolean, receipt: ReceiptDetail | undefined): void {
  useEffect(() => {
    if (!isReady || !receipt) return;
    document.title = `收据 ${receipt.number}`;
    const timer = setTimeout(() => void printWhenShown(), 100);
    return () => clearTimeout(timer);
  }, [isReady, receipt]);
}

/** A logo that is still on its way would be missing from the paper. */
async function printWhenShown(): Promise<void> {
  await Promise.allSettled([...document.images].map((image) => image.decode()));
  window.print();
}
