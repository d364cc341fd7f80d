export type { SpreadsheetSource } from './byte-source.ts';
export { cleanText, toHalfWidth } from './clean-text.ts';
export { type FoundColumn, type FoundHeader, findHeader, isTotalsRow, type KnownHeading } from './find-header.ts';
export { type OpenOptions, openSpreadsheet } from './open-spreadsheet.ts';
export type { ColumnKind, OutputColumn, OutputRows, OutputSheet } from './output-columns.ts';
export type { OutputTarget } from './output-target.ts';
export { type DecimalProblem, type DecimalResult, parseDecimalText } from './parse-decimal-text.ts';
export { type PhoneProblem, type PhoneResult, parsePhone } from './parse-phone.ts';
export {
  isSpreadsheetError,
  SpreadsheetError,
  type SpreadsheetErrorCode,
  type SpreadsheetErrorParams,
} from './spreadsheet.errors.ts';
export { DEFAULT_LIMITS, type SpreadsheetLimits } from './spreadsheet.limits.ts';
export {
  type Cell,
  type CellKind,
  type Row,
  readFirstRows,
  type SheetInfo,
  type Spreadsheet,
  type SpreadsheetKind,
} from './spreadsheet.ts';
export { writeCsv } from './write-csv.ts';
export { type WriteOptions, type WriteResult, writeSpreadsheet } from './write-spreadsheet.ts';
export { createZipWriter, type ZipWriter } from './zip-writer.ts';
