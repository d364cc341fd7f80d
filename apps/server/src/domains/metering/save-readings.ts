import {
  type JudgedReading,
  meteringFail,
  platformFail,
  type ReadingInput,
  type ReadingIssueKind,
  readingIssues,
} from '@anlin/contract';
import { formatYuan } from '@anlin/money';
import { explain } from '@anlin/pricing';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requirePermission } from '../../platform/rights/require-right.ts';
import { voidBillsOf } from './drop-bills.ts';
import { followNext } from './follow-next.ts';
import { type Judgement, judgeReading } from './judge-reading.ts';
import { type KnownMeter, lockMeters, readMeterFacts } from './meter-facts.ts';
import { priceReadings, type ReadingPrice } from './price-reading.ts';
import { raiseBillsOf } from './raise-readings.ts';

interface Judged {
  input: ReadingInput;
  meter: KnownMeter;
  judgement: Judgement;
  price: ReadingPrice | null;
}

/** Usage, amount and what has to be confirmed of each reading; writes nothing. */
export async function checkReadings(
  ctx: Context,
  { month, readings }: { month: string; readings: ReadingInput[] },
): Promise<JudgedReading[]> {
  const judged = await judgeAll(ctx, month, readings);
  return judged.map((one) => viewJudged(one));
}

/**
 * Saves what is right and what was confirmed; the rest comes back with what has to be answered. A reading that is there
 * is changed when its version is given: its unpaid bill is voided and raised anew, and the next reading follows.
 */
export async function saveReadings(
  ctx: Context,
  input: { month: string; readOn?: string | undefined; raisesBills: boolean; readings: ReadingInput[] },
) {
  if (input.raisesBills) requirePermission(ctx, 'bill.raise');
  await lockMeters(
    ctx,
    input.readings.map((one) => one.meterId),
  );
  const judged = await judgeAll(ctx, input.month, input.readings);
  const returned = judged.filter((one) => !isSavable(one));
  const saved = judged.filter(isSavable);
  const ids = new Map<string, string>();
  for (const one of saved) ids.set(one.meter.id, await write(ctx, input, one));
  // What had a bill gets one again, asked for or not.
  const toRaise = saved
    .filter((one) => input.raisesBills || one.meter.reading?.billId)
    .map((one) => ids.get(one.meter.id)!);
  const raised = toRaise.length > 0 ? await raiseBillsOf(ctx, sql`r.id = any (${toRaise}::uuid[])`) : [];
  for (const one of saved) await followNext(ctx, one.meter, input.month);
  if (saved.length > 0) await audit(ctx, input.month, saved, raised.filter((one) => one.billId !== null).length);
  const billOf = new Map(raised.map((one) => [one.readingId, one.billId]));
  return {
    saved: saved.map((one) => {
      const id = ids.get(one.meter.id)!;
      return { ...viewJudged(one), id, version: (one.meter.reading?.version ?? 0) + 1, billId: billOf.get(id) ?? null };
    }),
    returned: returned.map((one) => viewJudged(one)),
  };
}

async function judgeAll(ctx: Context, month: string, readings: readonly ReadingInput[]): Promise<Judged[]> {
  const ids = [...new Set(readings.map((one) => one.meterId.toLowerCase()))];
  if (ids.length < readings.length) throw meteringFail('meterReading.twice');
  const meters = new Map(
    (await readMeterFacts(ctx, month, sql`m.id = any (${ids}::uuid[])`)).map((meter) => [meter.id, meter]),
  );
  const judged = readings.map((input) => {
    const meter = meters.get(input.meterId.toLowerCase());
    if (!meter) throw platformFail('reference.notFound', { label: '仪表' });
    const problem = problemOf(ctx, meter, month, input);
    const judgement = judgeReading(meter.facts, month, input);
    return { input, meter, judgement: problem === '' ? judgement : { ...judgement, problem }, price: null };
  });
  const priced = judged.filter((one) => one.judgement.usage !== null);
  const prices = await priceReadings(
    ctx,
    priced.map(({ meter, input, judgement }) => ({
      meterId: meter.id,
      communityId: meter.communityId,
      kind: meter.facts.kind,
      chargeStandardId: meter.chargeStandardId,
      target: meter.target,
      month,
      usage: judgement.usage!,
      dial: {
        ...input,
        ...meter.facts,
        previous: judgement.previous,
        closing: judgement.replaced?.closing ?? null,
        opening: judgement.replaced?.opening ?? null,
        oldMultiplier: judgement.replaced?.multiplier ?? null,
      },
    })),
  );
  const priceOf = new Map(priced.map((one, index) => [one.meter.id, prices[index]!]));
  return judged.map((one) => ({ ...one, price: priceOf.get(one.meter.id) ?? null }));
}

function problemOf(ctx: Context, meter: KnownMeter, month: string, { version }: ReadingInput): string {
  const today = businessDay(ctx.clock, meter.timeZone).toPlainYearMonth().toString();
  if (month > today) return `${month} 还没有到，不能抄表`;
  if (meter.status === 'replaced') return `仪表 ${meter.number} 已更换，请在新表上录入`;
  if (meter.status === 'stopped') return `仪表 ${meter.number} 已停用，请先在仪表中改为使用中`;
  if (meter.reading?.isPaid) return `${month} 的账单已收款，读数不能再改。请先撤销收款`;
  if (meter.reading && version !== meter.reading.version) return `${month} 的读数刚由他人录入或改过，请刷新后再改`;
  if (!meter.reading && version !== null) return `${month} 的读数已被删除，请刷新后重新录入`;
  return '';
}

function isSavable({ judgement, input }: Judged): boolean {
  if (judgement.problem !== '' || judgement.usage === null) return false;
  return judgement.issues.length === 0 || input.confirmation !== '';
}

async function write(
  ctx: Context,
  { month, readOn }: { month: string; readOn?: string | undefined },
  { meter, input, judgement }: Judged,
): Promise<string> {
  const now = nowText(ctx);
  const day = readOn ?? businessDay(ctx.clock, meter.timeZone).toString();
  const { facts, reading } = meter;
  const { replaced } = judgement;
  const values = {
    closing: replaced?.closing ?? null,
    opening: replaced?.opening ?? null,
    oldMultiplier: replaced?.multiplier ?? null,
    confirmation: input.confirmation,
  };
  if (reading) {
    if (reading.billId) await voidBillsOf(ctx, [reading.billId], `修改 ${month} 的读数`);
    await ctx.tx.run(sql`update meter_reading set previous = ${judgement.previous}, current = ${input.current}, is_rolled_over = ${input.isRolledOver},
        closing = ${values.closing}, opening = ${values.opening}, old_multiplier = ${values.oldMultiplier}, multiplier = ${facts.multiplier},
        digits = ${facts.digits}, loss_share = ${facts.lossShare}, shared_part = ${input.sharedPart}, counted = ${judgement.counted},
        usage = ${judgement.usage}, outcome = ${judgement.outcome}, confirmation = ${values.confirmation}, read_on = ${day}, read_by = ${ctx.actor.id},
        version = version + 1, updated_at = ${now} where company_id = ${ctx.companyId} and id = ${reading.id}`);
    return reading.id;
  }
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into meter_reading (company_id, id, community_id, meter_id, month, previous, current, is_rolled_over, closing, opening,
      old_multiplier, multiplier, digits, loss_share, shared_part, counted, usage, outcome, confirmation, read_on, read_by, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${meter.communityId}, ${meter.id}, ${`${month}-01`}, ${judgement.previous}, ${input.current}, ${input.isRolledOver},
      ${values.closing}, ${values.opening}, ${values.oldMultiplier}, ${facts.multiplier}, ${facts.digits}, ${facts.lossShare}, ${input.sharedPart},
      ${judgement.counted}, ${judgement.usage}, ${judgement.outcome}, ${values.confirmation}, ${day}, ${ctx.actor.id}, ${now}, ${now})`);
  return id;
}

function viewJudged({ input, judgement, price }: Judged): JudgedReading {
  const isBill = price?.kind === 'bill';
  return {
    meterId: input.meterId,
    previous: judgement.previous,
    usage: judgement.usage,
    issues: judgement.issues,
    amount: isBill ? formatYuan(price.outcome.amount) : null,
    sentence: isBill ? explain(price.outcome.calculation) : (price?.text ?? ''),
    problem: judgement.problem,
  };
}

async function audit(ctx: Context, month: string, saved: readonly Judged[], billCount: number): Promise<void> {
  const only = saved.length === 1 ? saved[0]! : null;
  const communities = new Set(saved.map(({ meter }) => meter.communityId));
  const confirmed = saved.flatMap(({ judgement }) => judgement.issues.map((issue) => issue.kind));
  const words = [...new Set<ReadingIssueKind>(confirmed)].map((kind) => readingIssues[kind]);
  await recordAudit(ctx, {
    action: only?.meter.reading ? 'meterReading.update' : 'meterReading.create',
    targetKind: 'meterReading',
    targetId: null,
    targetLabel: only ? `${only.meter.number} ${month}` : `${month} 抄表 ${saved.length} 条`,
    communityId: communities.size === 1 ? saved[0]!.meter.communityId : null,
    ...(only?.meter.reading
      ? { before: { current: only.meter.reading.current, usage: only.meter.reading.usage } }
      : {}),
    after: only
      ? { current: only.input.current, usage: only.judgement.usage, confirmation: only.input.confirmation }
      : { month, count: saved.length, billCount, confirmed: words },
  });
}
