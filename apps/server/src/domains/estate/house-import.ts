import type { DuplicatePolicy } from '@anlin/contract';

/** One house of a file. A key that is absent says that the file has no such column; null, that the cell is empty. */
export interface HouseImportRow {
  number: string;
  buildingName: string;
  unitName: string | null;
  usage: string | null;
  status?: string | null;
  floor?: number | null;
  builtArea: string;
  innerArea?: string | null;
  sharedArea?: string | null;
  orientation?: string;
  handoverDate?: string | null;
  propertyRightYears?: number | null;
  rooms?: number | null;
  halls?: number | null;
  baths?: number | null;
  votingWeight?: string | null;
  votingArea?: string | null;
  sortOrder?: number | null;
  note?: string;
  tags?: readonly string[];
  ownerName?: string;
  ownerPhone?: string;
}

export interface HouseImport {
  /** Kept on the houses it adds. */
  importId: string;
  communityId: string;
  /** Business day: when an owner moved in whose house has no handover date. */
  today: string;
  policy: DuplicatePolicy;
}

export interface NumberedRow {
  /** Row of the file. */
  number: number;
  row: HouseImportRow;
}

export interface ImportedHouses {
  added: number;
  updated: number;
  skipped: number;
  /** Rows of the file that are houses now. */
  rows: { number: number; id: string; isNew: boolean; isChanged: boolean }[];
  failures: { row: number; key: 'ownerPhone' | 'number'; message: string }[];
}
