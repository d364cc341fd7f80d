/** How much of a stranger's file we are willing to take in. Every limit can be set per call. */
export interface SpreadsheetLimits {
  /** The file as uploaded, bytes. */
  readonly fileBytes: number;
  /** All parts of an .xlsx unpacked, bytes. */
  readonly uncompressedBytes: number;
  /** How many times larger a part over 20 MB may be than its packed form. */
  readonly compressionRatio: number;
  readonly zipEntries: number;
  readonly sheets: number;
  /** Rows with content in one sheet. */
  readonly rows: number;
  readonly columns: number;
  /** Excel's own limit of characters in a cell. */
  readonly cellTextChars: number;
  /** Characters in the table of shared strings, which has to stay in memory while a sheet is read. */
  readonly sharedTextChars: number;
  /** Strings in that table. */
  readonly sharedStrings: number;
}

export const DEFAULT_LIMITS: SpreadsheetLimits = {
  fileBytes: 100 * 1024 * 1024,
  uncompressedBytes: 600 * 1024 * 1024,
  compressionRatio: 200,
  zipEntries: 2_000,
  sheets: 50,
  rows: 500_000,
  columns: 512,
  cellTextChars: 32_767,
  sharedTextChars: 50_000_000,
  sharedStrings: 3_000_000,
};
