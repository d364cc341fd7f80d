import { dunningNoticeSource } from './dunning-notice.source.ts';
import { exitSlipSource } from './print-exit-slip.ts';
import { receiptSource } from './receipt.source.ts';
import { refundSlipSource } from './refund-slip.source.ts';
import { shiftSlipSource } from './shift-slip.source.ts';

export { printDocumentsTask } from './print-pdf.ts';
export type { LoadedDocument, PrintOptions, PrintSource } from './print-source.ts';
export { printingRoutes } from './printing.routes.ts';

/** The papers printing knows itself; a domain with papers of its own adds its source beside these in `app.ts`. */
export const printingSources = [receiptSource, dunningNoticeSource, exitSlipSource, refundSlipSource, shiftSlipSource];
