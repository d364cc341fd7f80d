import { formatYuan, parseYuan, subtractFen } from '@anlin/money';
import { closeShift, previewShift } from '../domains/cashier/index.ts';
import { fixedClock } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

const countedDays = 3;
const missingFen = parseYuan('0.50');

/** Closes the shift of everybody who took money in the community in the last days; the first of them is half a yuan short. */
export async function writeShifts(ctx: Context, at: { communityId: string; now: string }): Promise<void> {
  const { communityId } = at;
  const clock = fixedClock(at.now);
  const startDay = clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate().subtract({ days: countedDays });
  const people = await ctx.tx.rows<{ id: string; name: string }>(sql`
    select s.id, s.name from staff s where s.company_id = ${ctx.companyId} and s.id = any (array(
      select m.staff_id from income_movement m where m.company_id = ${ctx.companyId} and m.community_id = ${communityId}
        and m.source = 'money' and m.at >= ${startDay.toString()}::timestamp at time zone 'Asia/Shanghai' and m.at <= ${at.now}))
    order by s.name, s.id`);
  for (const [index, person] of people.entries()) {
    const own: Context = { ...ctx, clock, actor: { kind: 'staff', ...person } };
    const query = { communityId, startDay: startDay.toString() };
    const seen = await previewShift(own, query);
    const lines = seen.figures.map(({ paymentMethodId, expected }) => ({
      paymentMethodId,
      expected,
      counted: expected,
    }));
    const [first] = lines;
    if (!first) continue;
    const isShort = index === 0 && parseYuan(first.expected) > missingFen;
    if (isShort) first.counted = formatYuan(subtractFen(parseYuan(first.expected), missingFen));
    await closeShift(own, {
      ...query,
      untilAt: seen.untilAt,
      lines,
      reason: isShort ? '找零时多付 0.50 元' : '',
      bankSlip: `工行回单 ${String(index + 1).padStart(4, '0')}`,
      note: '',
    });
  }
}
