import type { Bill, Books } from './books.ts';
import { type LateFeeTerms, lateFeeDue } from './late-fee.ts';
import type { Operation, Request, RequestOf, Told } from './operation.ts';

/** What a rule may know besides the books. */
export interface Scene {
  today: string;
  itemIds: { fee: string; oneOff: string; deposit: string };
  /** By item; none: it charges no late fee. */
  lateFees: ReadonlyMap<string, LateFeeTerms>;
  operation: Operation;
  /**
   * Bills named by commands that were under way at the same time. A command that looks for bills by itself (an offset, a
   * raising) reads them a moment before it locks them, and may leave out what became so in between.
   */
  touched: ReadonlySet<string>;
  /** Commands that were under way at the same time. */
  besides: ReadonlySet<number>;
}

/** How the books take a command. */
export interface Rule<R extends Request = Request> {
  /** Every reason for which it may be refused as the books stand; empty: it must be done. */
  refusals(books: Books, request: R, scene: Scene): string[];
  /** Reasons for which it may be refused as well, because of what was done at the same time. */
  excuses?(request: R, scene: Scene): string[];
  /** Writes it down; what does not agree with what was told, or null. */
  apply(books: Books, request: R, told: Told, scene: Scene): string | null;
}

export type RulesOf<Kind extends Request['kind']> = { [K in Kind]: Rule<RequestOf<K>> };

/** Late fee a bill still asks for as of a day. */
export function lateFeeOf(bill: Bill, asOf: string, { lateFees }: Pick<Scene, 'lateFees'>): bigint {
  const terms = lateFees.get(bill.itemId);
  return terms ? lateFeeDue(bill, asOf, terms) : 0n;
}

/** What was told against what the books say; null when it is the same, or was not told. */
export function differs(what: string, told: unknown, expected: unknown): string | null {
  return told === undefined || told === expected ? null : `${what}: told ${told}, expected ${expected}`;
}

export const firstDifference = (...list: (string | null)[]) => list.find((one) => one !== null) ?? null;
