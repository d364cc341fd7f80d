/** Lists of the maintenance fund that belong together. */
export const fundLists = [
  ['/finance/maintenance-fund', '账户'],
  ['/finance/maintenance-fund/projects', '使用方案'],
  ['/finance/maintenance-fund/documents', '收支'],
  ['/finance/maintenance-fund/movements', '分户明细'],
] as const;

/** What changes when money of the fund moves. */
export const fundKeys = ['fundAccount', 'fundProject', 'fundDocument', 'fundMovement'] as const;
