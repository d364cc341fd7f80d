import type { DuplicatePolicy, ImportKindName, ResourceDefinition } from '@anlin/contract';
import type { Cell } from '@anlin/spreadsheet';
import type { Context } from '../../platform/context.ts';

/** What a cell says, in the form the database takes: decimals and days as text, lists for tags and choices, null for nothing. */
export type CellValue = string | number | boolean | readonly string[] | null;

export type Reading = { isOk: true; value: CellValue } | { isOk: false; message: string };

/** A column an importer knows, under all the titles it has been seen with. */
export interface ImportColumn {
  key: string;
  /** Chinese title of the template. */
  title: string;
  synonyms: readonly string[];
  /** The file must have the column, and every row a value in it. */
  isRequired: boolean;
  /** One Chinese line: what may stand here. */
  hint: string;
  /** Known when a file has it, but no column of the template. */
  isLeftOutOfTemplate?: true;
  /** Value of the template's example row. */
  example: string;
  /** Id cards: kept nowhere as it stands in the file, and shown to nobody (hide-secrets.ts). */
  isSecret?: true;
  read(cell: Cell): Reading;
}

/** Where rows go. */
export interface ImportTarget {
  importId: string;
  communityId: string | null;
  communityName: string | null;
  fileName: string;
  /** Business day in the community's zone, YYYY-MM-DD. */
  today: string;
}

/** Values by column key; keys of columns the file does not have are absent. */
export type RowValues = Readonly<Record<string, CellValue>>;

/** Something wrong in the column of that key; the value shown is the cell's. */
export interface KeyedProblem {
  key: string;
  message: string;
}

export type Completed<Row> =
  | {
      isOk: true;
      row: Row;
      /** The same for two rows that mean the same thing: only the first is taken. */
      identity: string;
      /** What a person calls that thing. */
      label: string;
      /** Column that names it, for the problem's place. */
      identityKey: string;
    }
  | { isOk: false; problems: readonly KeyedProblem[] };

/** Goes through the rows of one file in their order and may remember what it saw. */
export interface Examination<Row> {
  complete(values: RowValues, rowNumber: number): Completed<Row>;
  /** Worth telling once at the end. */
  notices(): readonly string[];
}

export interface ReadyRow<Row> {
  number: number;
  row: Row;
}

/** A row the database refuses, by the key of the column at fault. */
export interface RowFailure {
  row: number;
  key: string;
  message: string;
}

export interface Verified {
  failures: readonly RowFailure[];
  /** Numbers of the rows that are already there. */
  existing: readonly number[];
}

/** A row of the file that is now a row of the table: added, or found there and to be brought up to date. */
export interface WrittenRow {
  number: number;
  id: string;
  isNew: boolean;
  isChanged: boolean;
  /** The row of the file already counts as added or updated, by something beside the row of the table. */
  isCounted?: true;
}

export interface Applied {
  added: number;
  updated: number;
  skipped: number;
  failures: readonly RowFailure[];
  /** For what is kept beside the table: values of the company's own fields. */
  rows?: readonly WrittenRow[];
}

/**
 * One importable list. `examine` knows only the file; `verify` asks the database and writes nothing; `apply` writes a
 * chunk of verified rows and must do nothing the second time.
 */
export interface Importer<Row> {
  kind: ImportKindName;
  /** Given, the company's own fields of this resource are columns too. */
  definition?: ResourceDefinition;
  columns: readonly ImportColumn[];
  examine(target: ImportTarget): Examination<Row>;
  verify(ctx: Context, target: ImportTarget, rows: readonly ReadyRow<Row>[]): Promise<Verified>;
  apply(ctx: Context, target: ImportTarget, rows: readonly ReadyRow<Row>[], policy: DuplicatePolicy): Promise<Applied>;
}

/** An importer whose kind of row the flow need not know: methods take what `examine` of the same importer gave. */
export type AnyImporter = Importer<unknown>;
