import { type BookFigures, type JournalAccount, journalAccounts } from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';

/** Days of a closing and the balances it goes on from. Both days belong to it; ISO. */
export interface Stretch {
  communityId: string;
  /** Null: from the beginning of the books. */
  firstDay: string | null;
  lastDay: string;
  previousId: string | null;
}

/** What `book_figures` of the database says: fen as whole numbers in text. */
export interface KeptFigures {
  accounts: Record<string, { debit: string; credit: string }>;
  balances: Record<string, string>;
  methods: Record<string, { received: string; returned: string; movements: number }>;
  receipts: number;
  raised: string;
  income: string;
  refunded: string;
  reversed: string;
  principal: string;
  lateFee: string;
  prepaid: string;
  deposit: string;
  other: string;
  prepaidUsed: string;
  depositUsed: string;
  discount: string;
  waiver: string;
  lateFeeWaiver: string;
  prepaidBonus: string;
}

/** The figures of a stretch as they are now, and the hash they are kept with. */
export function figuresOf(companyId: string, stretch: Stretch): Sql {
  return sql`(select f.figures, sha256(convert_to(f.figures::text, 'UTF8')) as figures_hash
    from book_figures(${companyId}, ${stretch.communityId}, ${stretch.firstDay}::date, ${stretch.lastDay}::date,
      (select c.figures -> 'balances' from book_closing c where c.company_id = ${companyId} and c.id = ${stretch.previousId}::uuid)) f (figures))`;
}

/** Kept figures as people read them, in yuan; methods by the names they have today. */
export async function showFigures(
  ctx: Context,
  days: { firstDay: string | null; lastDay: string },
  figures: KeptFigures,
  hash: string,
): Promise<BookFigures> {
  const methods = await ctx.tx.rows<{ id: string; name: string }>(
    sql`select id, name from payment_method where company_id = ${ctx.companyId} order by sort_order, name, id`,
  );
  const balance = (account: JournalAccount, sign = 1n) => yuan(sign * BigInt(figures.balances[account] ?? '0'));
  const one = (key: keyof typeof sums) => yuan(BigInt(figures[key]));
  return {
    firstDay: days.firstDay,
    lastDay: days.lastDay,
    ...(Object.fromEntries(Object.keys(sums).map((key) => [key, one(key as keyof typeof sums)])) as Record<
      keyof typeof sums,
      string
    >),
    receiptCount: figures.receipts,
    receivableBalance: balance('receivable'),
    prepaidBalance: balance('prepaid', -1n),
    depositBalance: balance('deposit', -1n),
    methods: methods.flatMap(({ id, name }) => {
      const kept = figures.methods[id];
      if (!kept) return [];
      const received = BigInt(kept.received);
      const returned = BigInt(kept.returned);
      return [
        {
          name,
          received: yuan(received),
          returned: yuan(returned),
          net: yuan(received - returned),
          count: kept.movements,
        },
      ];
    }),
    accounts: Object.entries(journalAccounts).flatMap(([account, name]) => {
      const moved = figures.accounts[account] ?? { debit: '0', credit: '0' };
      const left = figures.balances[account];
      if (left === undefined) return [];
      const { debit, credit } = moved;
      return [{ account, name, debit: yuan(BigInt(debit)), credit: yuan(BigInt(credit)), balance: yuan(BigInt(left)) }];
    }),
    hash,
  };
}

const yuan = (amountFen: bigint) => formatYuan(fen(amountFen));

const sums = {
  raised: true,
  income: true,
  refunded: true,
  reversed: true,
  principal: true,
  lateFee: true,
  prepaid: true,
  deposit: true,
  other: true,
  prepaidUsed: true,
  depositUsed: true,
  discount: true,
  waiver: true,
  lateFeeWaiver: true,
  prepaidBonus: true,
} as const;
