import { depositReceiptSource } from './deposit-receipt.source.ts';
import { depositRefundSlipSource } from './deposit-refund-slip.source.ts';
import { dunningNoticeSource } from './dunning-notice.source.ts';
import { handoverSlipSource } from './handover-slip.source.ts';
import { prepaidReceiptSource } from './prepaid-receipt.source.ts';
import { exitSlipSource } from './print-exit-slip.ts';
import { receiptSource } from './receipt.source.ts';
import { refundSlipSource } from './refund-slip.source.ts';
import { shiftSlipSource } from './shift-slip.source.ts';

export { printDocumentsTask } from './print-pdf.ts';
export type { LoadedDocument, PrintOptions, PrintSource } from './print-source.ts';
export { printingRoutes } from './printing.routes.ts';
export { renderCopy } from './render-copy.ts';

/** The papers printing knows itself; a domain with papers of its own adds its source beside these in `app.ts`. */
export const printingSources = [
  receiptSource,
  dunningNoticeSource,
  exitSlipSource,
  refundSlipSource,
  depositReceiptSource,
  depositRefundSlipSource,
  prepaidReceiptSource,
  handoverSlipSource,
  shiftSlipSource,
];
