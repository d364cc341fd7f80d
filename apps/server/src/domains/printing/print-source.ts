import type { PrintDocument, PrintType } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';

export interface LoadedDocument {
  document: Omit<PrintDocument, 'sealImageId' | 'logoImageId'>;
  communityId: string;
  /** What a person calls it: a number, a house. */
  label: string;
}

export interface PrintOptions {
  asOf: string | undefined;
  /** Ids of documents that were printed before and are marked 补打. */
  reprints: ReadonlySet<string>;
  /** Of receipts: every bill on a paper of its own. */
  split?: 'bill' | undefined;
}

/** Where the documents of a type come from. A domain that adds a type registers one with the server. */
export interface PrintSource {
  type: PrintType;
  /** Documents in the order they are to be printed; those out of sight are missing. */
  read(ctx: Context, ids: readonly string[], options: PrintOptions): Promise<LoadedDocument[]>;
  /** Ids of the documents meant by ids of other things, such as bills. */
  resolve?(ctx: Context, ids: readonly string[]): Promise<string[]>;
  /** Ids of what a list's filter shows, in the order of printing, at most `most`. */
  select(ctx: Context, filter: Readonly<Record<string, string>>, most: number): Promise<string[]>;
  /** A few documents for the preview of the designer. */
  find(ctx: Context, query: { communityId: string | undefined; q: string }): Promise<{ id: string; label: string }[]>;
  /**
   * Counts a print of each and returns which may be printed and which of them are reprints. A source without it keeps no
   * count.
   */
  count?(ctx: Context, ids: readonly string[]): Promise<{ printable: string[]; reprints: string[] }>;
  /** Notes that these were printed; of a source without a count. */
  note?(ctx: Context, ids: readonly string[]): Promise<void>;
  /** Throws why this one was not counted as printable. */
  explainRefusal?(ctx: Context, id: string): Promise<void>;
}
