/** Lists of invoices that belong together. */
export const invoiceLists = [
  ['/finance/invoices', '发票'],
  ['/finance/uninvoiced', '未开票'],
  ['/finance/invoice-titles', '抬头簿'],
] as const;
