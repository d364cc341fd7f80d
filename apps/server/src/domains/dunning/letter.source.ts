import { type DunningLetter, day, dunningLetters, id, printFail } from '@anlin/contract';
import { addFen, type Fen, formatYuan, parseYuan, sumFen, toChineseAmount } from '@anlin/money';
import { z } from 'zod';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';
import { type Arrears, type ArrearsLine, readArrears, resolveArrearsHolders } from '../cashier/index.ts';
import { tellToday } from '../charging/index.ts';
import { searchEstate } from '../estate/index.ts';
import type { LoadedDocument, PrintSource } from '../printing/index.ts';
import { readSetting } from './dunning-setting.ts';

const letterFilter = z.object({ communityId: id.optional(), buildingId: id.optional(), asOf: day.optional() });
/** Days a household is given to answer. */
const answerDays = 7;
const keys = Object.keys(dunningLetters) as DunningLetter[];

/** One household's overdue bills, as a letter of a level asks for them. */
interface Overdue {
  arrears: Arrears;
  lines: ArrearsLine[];
  oldestDueOn: string;
  overdueDays: number;
  principalFen: Fen;
  lateFeeFen: Fen;
}

/** The three letters of the ladder. Each that is printed is noted with what it asked for; a household that has not come so far gets none. */
export const letterSources: readonly PrintSource[] = keys.map(letterSource);

function letterSource(key: DunningLetter): PrintSource {
  const level = keys.indexOf(key) + 1;
  return {
    type: dunningLetters[key].printType,
    read: async (ctx, ids, { asOf }) => (await readOverdue(ctx, ids, level, asOf)).map(documentOf),
    resolve: resolveArrearsHolders,
    select: (ctx, filter, most) => selectHouseholds(ctx, key, filter, most),
    note: (ctx, ids) => noteLetters(ctx, ids, level),
    async find(ctx, { communityId, q }) {
      const ids =
        q === ''
          ? await selectHouseholds(ctx, key, communityId ? { communityId } : {}, 20)
          : (await searchEstate(ctx, { q, communityId })).map((hit) => hit.id);
      return (await readOverdue(ctx, ids, 1)).slice(0, 20).map(({ arrears, overdueDays }) => ({
        id: arrears.id,
        label: `${arrears.name} ${arrears.ownerName} 逾期 ${overdueDays} 天`,
      }));
    },
  };
}

/** Households whose oldest bill is overdue by at least the days of the level. */
async function readOverdue(ctx: Context, ids: readonly string[], level: number, asOf?: string): Promise<Overdue[]> {
  const { ladderDays } = await readSetting(ctx);
  const least = ladderDays[level - 1]!;
  return (await readArrears(ctx, ids, asOf)).flatMap((arrears) => {
    const lines = arrears.lines.filter((line) => line.dueOn < arrears.asOf);
    const oldestDueOn = lines.map((line) => line.dueOn).sort()[0];
    if (oldestDueOn === undefined) return [];
    const overdueDays = Temporal.PlainDate.from(oldestDueOn).until(arrears.asOf).days;
    if (overdueDays < least) return [];
    const sum = (read: (line: ArrearsLine) => string) => sumFen(lines.map((line) => parseYuan(read(line))));
    return [
      {
        arrears,
        lines,
        oldestDueOn,
        overdueDays,
        principalFen: sum((line) => line.outstanding),
        lateFeeFen: sum((line) => line.lateFee),
      },
    ];
  });
}

/** Those who have come just so far: whoever has come further gets the next letter. */
async function selectHouseholds(
  ctx: Context,
  key: DunningLetter,
  filter: Readonly<Record<string, string>>,
  most: number,
): Promise<string[]> {
  const parsed = letterFilter.safeParse(filter);
  if (!parsed.success) throw printFail('print.badFilter', { reason: parsed.error.issues[0]?.message ?? '无法识别' });
  const { communityId, buildingId } = parsed.data;
  await tellToday(ctx);
  const rows = await ctx.tx.ad<{ id: string }>(sql`
    select t.id from dunning_household_list t where t.company_id = ${ctx.companyId} and t.stage = ${key}
      ${communityId ? sql`and t.community_id = ${communityId}` : empty} ${buildingId ? sql`and t.building_id = ${buildingId}` : empty}
    order by t.target_label collate natural_order, t.id limit ${most}`);
  return rows.map((row) => row.id);
}

async function noteLetters(ctx: Context, targetIds: readonly string[], level: number): Promise<void> {
  const letters = (await readOverdue(ctx, targetIds, level)).map((one) => ({
    id: ctx.newId(),
    community_id: one.arrears.communityId,
    target_id: one.arrears.id,
    overdue_days: one.overdueDays,
    sum_fen: addFen(one.principalFen, one.lateFeeFen).toString(),
  }));
  const today = businessDay(ctx.clock, 'Asia/Shanghai').toString();
  await ctx.tx.run(sql`
    insert into dunning_letter (company_id, id, community_id, target_id, level, overdue_days, sum_fen, printed_on, printed_at, staff_id)
    select ${ctx.companyId}, x.id, x.community_id, x.target_id, ${level}, x.overdue_days, x.sum_fen, ${today}, ${nowText(ctx)}, ${ctx.actor.id}
    from jsonb_to_recordset(${JSON.stringify(letters)}::jsonb) x (id uuid, community_id uuid, target_id uuid, overdue_days int, sum_fen bigint)`);
}

function documentOf(one: Overdue): LoadedDocument {
  const { arrears, lines } = one;
  const principalTotal = formatYuan(one.principalFen);
  const lateFeeTotal = formatYuan(one.lateFeeFen);
  const totalFen = addFen(one.principalFen, one.lateFeeFen);
  return {
    communityId: arrears.communityId,
    label: arrears.name,
    document: {
      id: arrears.id,
      fields: {
        companyName: arrears.companyName,
        communityName: arrears.communityName,
        servicePhone: arrears.servicePhone,
        houseName: arrears.name,
        ownerName: arrears.ownerName === '' ? '业主' : arrears.ownerName,
        asOf: arrears.asOf,
        answerBy: Temporal.PlainDate.from(arrears.asOf).add({ days: answerDays }).toString(),
        oldestDueOn: one.oldestDueOn,
        overdueDays: String(one.overdueDays),
        billCount: String(lines.length),
        principalTotal,
        lateFeeTotal,
        total: formatYuan(totalFen),
        totalInWords: toChineseAmount(totalFen),
      },
      rows: lines.map((line, index) => ({
        sequence: String(index + 1),
        item: line.chargeItemName,
        houseName: line.targetName,
        period: line.periodText,
        dueOn: line.dueOn,
        outstanding: line.outstanding,
        lateFee: line.lateFee === '0.00' ? '' : line.lateFee,
        sum: line.sum,
      })),
      totals: { outstanding: principalTotal, lateFee: lateFeeTotal, sum: formatYuan(totalFen) },
    },
  };
}
