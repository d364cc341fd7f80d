import { type Fen, fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type IncomeNarrowing, type IncomeSums, whereIncome } from './income.queries.ts';
import type { ExportSheet } from './write-export.ts';

interface DaySums {
  day: string;
  method: string;
  count: number;
  income: bigint;
  principal: bigint;
  late_fee: bigint;
  prepaid: bigint;
  deposit: bigint;
  other: bigint;
  reversed: bigint;
  refunded: bigint;
  offset_sum: bigint;
}

type Sheet = ExportSheet<DaySums, DaySums>;
/** Each column's figure of a day, and of all of them. */
const figures: readonly (readonly [title: string, of: keyof DaySums, inAll: (sums: IncomeSums) => Fen])[] = [
  ['收入', 'income', (sums) => sums.incomeFen],
  ['其中本金', 'principal', (sums) => sums.principalFen],
  ['其中违约金', 'late_fee', (sums) => sums.lateFeeFen],
  ['其中预存款', 'prepaid', (sums) => sums.prepaidFen],
  ['其中押金', 'deposit', (sums) => sums.depositFen],
  ['其中其他收入', 'other', (sums) => sums.otherFen],
  ['已减去的撤销', 'reversed', (sums) => sums.reversedFen],
  ['已减去的退款', 'refunded', (sums) => sums.refundedFen],
  ['另有抵扣', 'offset_sum', (sums) => sums.offsetFen],
];

/**
 * The movements of a filter added up by day and payment method (FIN-1), as a sheet whose last line is the totals of the list.
 * Income is money alone; what was offset from prepaid or a deposit has a column of its own.
 */
export async function summariseIncome(ctx: Context, filter: IncomeNarrowing, sums: IncomeSums): Promise<Sheet> {
  const [counted] = await ctx.tx.ad<{ count: number }>(sql`select count(*)::int as count
    from (select from income_movement m where ${whereIncome(ctx, filter)} group by m.day, m.payment_method_id) g`);
  return {
    name: '收入汇总',
    permission: 'income.export',
    action: 'income.export',
    targetKind: 'income',
    communityId: filter.communityId,
    total: counted!.count,
    query: sql`
      select s.*, t.name as method
      from (select m.day, m.payment_method_id as id, count(*)::int as count,
          coalesce(sum(m.amount_fen) filter (where m.source = 'money'), 0)::bigint as income,
          coalesce(sum(m.principal_fen) filter (where m.source = 'money'), 0)::bigint as principal,
          coalesce(sum(m.late_fee_fen) filter (where m.source = 'money'), 0)::bigint as late_fee,
          coalesce(sum(m.prepaid_fen) filter (where m.source = 'money'), 0)::bigint as prepaid,
          coalesce(sum(m.deposit_fen) filter (where m.source = 'money'), 0)::bigint as deposit,
          coalesce(sum(m.other_fen) filter (where m.source = 'money'), 0)::bigint as other,
          coalesce(sum(m.amount_fen) filter (where m.source = 'money' and m.kind in ('reversal', 'restoration')), 0)::bigint as reversed,
          coalesce(sum(m.amount_fen) filter (where m.source = 'money' and m.refund_id is not null), 0)::bigint as refunded,
          coalesce(sum(m.amount_fen) filter (where m.source <> 'money'), 0)::bigint as offset_sum
        from income_movement m where ${whereIncome(ctx, filter)} group by m.day, m.payment_method_id) s
      join payment_method t on t.company_id = ${ctx.companyId} and t.id = s.id order by s.day, t.sort_order, t.name`,
    view: (row) => row,
    columns: [
      { title: '日期', kind: 'date', read: (row) => row.day },
      { title: '支付方式', kind: 'text', read: (row) => row.method },
      { title: '笔数', kind: 'integer', read: (row) => row.count },
      ...figures.map(([title, of]) => ({
        title,
        kind: 'money' as const,
        read: (row: DaySums) => formatYuan(fen(row[of] as bigint)),
      })),
    ],
    totalsLine: [null, '合计', sums.count, ...figures.map(([, , inAll]) => formatYuan(inAll(sums)))],
  };
}
