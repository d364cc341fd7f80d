import type { Sql } from '../../platform/database/sql.ts';

/** One thing that must hold, as the rows for which it does not: `id` and `detail` of each. */
export interface CheckQuery {
  key: string;
  /** What holds, in Chinese. */
  title: string;
  /** How many rows were looked at: a query of one `count`. */
  count: (companyId: string) => Sql;
  /** Rows that break it. */
  breaches: (companyId: string) => Sql;
}

export interface Check {
  key: string;
  title: string;
  checked: number;
  wrong: number;
  /** The first rows that break it. */
  examples: { id: string; detail: string }[];
}
