import {
  anyTarget,
  type CallOutcome,
  callOutcomes,
  type DunningChannel,
  type DunningHistoryEntry,
  type DunningNoticeState,
  type DunningReason,
  dunningChannels,
  dunningLetters,
  dunningNoticeStates,
  dunningReasons,
  platformFail,
} from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

const mostShown = 100;
const letterNames = Object.values(dunningLetters).map((one) => one.label);

interface Row {
  kind: 'notice' | 'print' | 'letter' | 'call';
  id: string;
  at: string;
  what: string;
  state: string;
  detail: string;
  fen: bigint | null;
  who: string | null;
}

/** How a household was asked to pay, the latest first. Throws resource.notFound (404). */
export async function readHistory(ctx: Context, targetId: string): Promise<DunningHistoryEntry[]> {
  const known = await ctx.tx.first(
    sql`select 1 from charge_target where company_id = ${ctx.companyId} and id = ${targetId}`,
  );
  if (!known) throw platformFail('resource.notFound', { label: anyTarget });
  const rows = await ctx.tx.rows<Row>(sql`
    select 'notice' as kind, n.id, coalesce(n.sent_at, n.created_at) as at, n.channel as what, n.state,
      concat_ws('，', n.reason, case when n.held_until is not null then to_char(n.held_until, 'YYYY-MM-DD') || ' 起可再发' end, nullif(n.fail_reason, ''),
        case when n.is_newcomer then '补发新住户' end) as detail,
      n.sum_fen as fen, n.origin as who
    from dunning_notice_list n where n.company_id = ${ctx.companyId} and n.target_id = ${targetId}
    union all
    select 'print', p.id, p.printed_at, '', '', '', null, s.name from dunning_print p
      left join staff s on s.company_id = p.company_id and s.id = p.staff_id where p.company_id = ${ctx.companyId} and p.target_id = ${targetId}
    union all
    select 'letter', t.id, t.printed_at, t.level::text, '', '逾期 ' || t.overdue_days || ' 天', t.sum_fen, s.name from dunning_letter t
      left join staff s on s.company_id = t.company_id and s.id = t.staff_id where t.company_id = ${ctx.companyId} and t.target_id = ${targetId}
    union all
    select 'call', c.id, c.called_at, c.outcome, '', concat_ws('，', case when c.promised_on is not null then '承诺 ' || to_char(c.promised_on, 'YYYY-MM-DD') || ' 前缴' end,
        nullif(c.note, '')), null, s.name from dunning_call c
      join staff s on s.company_id = c.company_id and s.id = c.staff_id where c.company_id = ${ctx.companyId} and c.target_id = ${targetId}
    order by 3 desc, 2 limit ${mostShown}`);
  return rows.map((row) => ({
    key: `${row.kind} ${row.id}`,
    at: row.at,
    ...wordsOf(row),
    sum: row.fen === null || row.fen === 0n ? null : formatYuan(fen(row.fen)),
    who: row.who ?? '',
  }));
}

function wordsOf({ kind, what, state, detail }: Row): { what: string; state: string; detail: string } {
  if (kind === 'print') return { what: '打印催缴单', state: '', detail };
  if (kind === 'letter') return { what: letterNames[Number(what) - 1] ?? '函件', state: '已打印', detail };
  if (kind === 'call') return { what: '电话', state: callOutcomes[what as CallOutcome], detail };
  const [reason = '', ...rest] = detail.split('，');
  const text = reason in dunningReasons ? [dunningReasons[reason as DunningReason], ...rest].join('，') : detail;
  return {
    what: `${dunningChannels[what as DunningChannel]}催缴`,
    state: dunningNoticeStates[state as DunningNoticeState],
    detail: text,
  };
}
