/** One line of a voucher as it is written to a file. Amounts in yuan, the other side null. */
export interface FileLine {
  /** ISO day. */
  day: string;
  number: number;
  summary: string;
  code: string;
  name: string;
  debit: string | null;
  credit: string | null;
  preparer: string;
  departmentCode: string;
  departmentName: string;
  customerCode: string;
  customerName: string;
  projectCode: string;
  projectName: string;
}
