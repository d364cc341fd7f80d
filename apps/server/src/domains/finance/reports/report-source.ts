import type { ReportDimension, ReportFilter } from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import type { Sql } from '../../../platform/database/sql.ts';

/** The days asked for, both included, as ISO; null is no bound. `today` is the business day. */
export interface ReportRange {
  from: string | null;
  to: string | null;
  today: string;
}

/**
 * Some lines of a report: rows of one table with what they are of and how much they add to which column. A report sums
 * the lines of its branches, and the rows behind a figure are the same lines, so the two cannot differ.
 */
export interface ReportBranch {
  /** What stands after `from`. */
  from: Sql;
  /** Its own conditions, company first; filters and days are added. */
  where: Sql;
  /** What each line is of; absent where the table knows no such thing. Its month is that of its day. */
  of: { community: Sql } & Partial<Record<Exclude<ReportDimension, 'community' | 'month'> | 'targetKind', Sql>>;
  /** Column → what a line adds to it: fen, a count, or a quantity. */
  amounts: Readonly<Record<string, Sql>>;
  /** What a line adds, in fen, to the balance that `opening` and `closing` show. */
  balance?: Sql;
  /** Column → whose different values it counts; null counts for nothing. */
  distinct?: Readonly<Record<string, Sql>>;
  /** Its own conditions settle the days, as of bills of the months before. */
  hasOwnDays?: true;
  /** What a person sees of a line, and what it opens as which of `ReportLine.openAs`. */
  line: { document: Sql; id: Sql; openAs: Sql; openId: Sql };
}

export interface ReportSource {
  branches(ctx: Context, range: ReportRange, filter: ReportFilter): readonly ReportBranch[];
  /** Columns worked out of the sums of others, as text of the wire. */
  workOut?(sumOf: (column: string) => bigint): Record<string, string | null>;
  /** What a line without a charge item is called. */
  noItem?: string;
  /** Names of the values of `kind`. */
  kinds?: Readonly<Record<string, string>>;
}
