import type { ReportKey } from '@anlin/contract';
import { arrearsReport } from './arrears.report.ts';
import { collectionReport } from './collection.report.ts';
import { depositReport } from './deposit.report.ts';
import { housesReport, residentsReport } from './estate.report.ts';
import { incomeReport } from './income.report.ts';
import { lateFeesReport } from './late-fees.report.ts';
import { prepaidReport } from './prepaid.report.ts';
import { receivableReport } from './receivable.report.ts';
import { reductionsReport } from './reductions.report.ts';
import { refundsReport } from './refunds.report.ts';
import type { ReportSource } from './report-source.ts';
import { usageReport } from './usage.report.ts';

/** Where each report of the contract takes its lines from. */
export const reportSources: Readonly<Record<ReportKey, ReportSource>> = {
  receivable: receivableReport,
  collection: collectionReport,
  income: incomeReport,
  arrears: arrearsReport,
  prepaid: prepaidReport,
  deposit: depositReport,
  reductions: reductionsReport,
  refunds: refundsReport,
  lateFees: lateFeesReport,
  usage: usageReport,
  houses: housesReport,
  residents: residentsReport,
};
