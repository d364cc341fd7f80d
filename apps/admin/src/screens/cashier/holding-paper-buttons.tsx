import type { PrintType } from '@anlin/contract';
import { Button, type ButtonProps } from 'antd';
import { usePrintPdf } from '../../print/use-print-pdf.ts';

const labels = {
  depositReceipt: '押金收据',
  prepaidReceipt: '预存收据',
  depositRefundSlip: '押金退还单',
} as const satisfies Partial<Record<PrintType, string>>;

interface PaperButtonProps {
  type: keyof typeof labels;
  /** Of the deposit, the receipt or the refund. */
  id: string;
  look?: Pick<ButtonProps, 'type' | 'size' | 'block'>;
  onPrinted?: () => void;
}

/** Prints a paper of a deposit or of prepaid as a PDF; counted, and marked 补打 from the second time on. */
export function PaperButton({ type, id, look = {}, onPrinted }: PaperButtonProps) {
  const pdf = usePrintPdf(onPrinted);
  return (
    <Button {...look} loading={pdf.isPending} onClick={() => pdf.mutate({ type, ids: [id] })}>
      {labels[type]}
    </Button>
  );
}
