import type { MeterKind, ReadingInput, ReadingIssueKind, readingOutcomes } from '@anlin/contract';
import { meterUnits } from '@anlin/contract';
import { Decimal } from '@anlin/money';
import { type DialCalculation, type MeterUsageInput, meterUsage } from '@anlin/pricing';

/** What is known of a meter before one month's reading. Decimals are text. */
export interface MeterFacts {
  kind: MeterKind;
  multiplier: string;
  digits: number;
  lossShare: string;
  /** Where the dial stood at the last reading, that of a replaced meter included. */
  previous: string;
  /** `YYYY-MM` of it; null: never read. */
  previousMonth: string | null;
  /** The meter it replaced, until the first reading has counted it. */
  replaced: { closing: string; opening: string; multiplier: string } | null;
  /** Average usage of up to three readings before, and of how many. */
  usual: string | null;
  usualCount: number;
  /** Average of meters of the kind nearby: what is usual while there are fewer than three. */
  peers: string | null;
}

export interface Judgement {
  previous: string;
  replaced: MeterUsageInput['replaced'];
  /** Null: cannot be worked out. */
  counted: string | null;
  usage: string | null;
  outcome: keyof typeof readingOutcomes;
  issues: { kind: ReadingIssueKind; text: string }[];
  /** Why it cannot be saved whatever is confirmed; empty when it can. */
  problem: string;
}

const leapTimes = 3;
const enoughReadings = 3;

/** Works out the usage of a reading and what is odd about it (CHG-12). Pure. */
export function judgeReading(facts: MeterFacts, month: string, input: ReadingInput): Judgement {
  const typed = input.replaced ? { ...input.replaced, multiplier: facts.multiplier } : null;
  const judged: Judgement = {
    previous: facts.previous,
    replaced: facts.replaced ?? typed,
    counted: null,
    usage: null,
    outcome: 'normal',
    issues: [],
    problem: '',
  };
  if (facts.replaced && typed)
    return { ...judged, problem: '这块表本身就是换上的新表，旧表止度已在换表时记下，不用再填' };
  const outcome = meterUsage({
    previous: facts.previous,
    current: input.current,
    multiplier: facts.multiplier,
    digits: facts.digits,
    isRolledOver: input.isRolledOver,
    replaced: judged.replaced,
    lossShare: facts.lossShare,
    sharedPart: input.sharedPart,
  });
  if (!outcome.ok) return { ...judged, ...wrongReading(facts, input, outcome.code) };
  const issues = oddities(facts, month, outcome.counted);
  return {
    ...judged,
    counted: outcome.counted,
    usage: outcome.usage,
    outcome: outcomeOf(input, judged.replaced !== null, issues),
    issues,
  };
}

function wrongReading(facts: MeterFacts, input: ReadingInput, code: string): Pick<Judgement, 'issues' | 'problem'> {
  const newest = facts.replaced?.opening ?? input.replaced?.opening ?? facts.previous;
  const none = { issues: [], problem: '' };
  switch (code) {
    case 'lower': {
      const text = `读数 ${input.current} 低于${newest === facts.previous ? '上期' : '新表起度'} ${newest}：表盘满转了请勾选“满转”，换过表请填旧表止度和新表起度，抄错了请改正`;
      return { ...none, issues: [{ kind: 'lower', text }] };
    }
    case 'oldLower':
      return { ...none, problem: `旧表止度低于上期读数 ${facts.previous}，请核对；旧表满转过请勾选“满转”` };
    case 'notRolledOver':
      return { ...none, problem: `读数没有低于上期 ${facts.previous}，不是满转，请取消勾选或核对读数` };
    case 'beyondDial':
      return { ...none, problem: `读数超过表盘位数（${facts.digits} 位），请核对读数，或在仪表中改表盘位数` };
    default:
      return { ...none, problem: '读数不是有效的数字，请改正' };
  }
}

function oddities(facts: MeterFacts, month: string, counted: string): Judgement['issues'] {
  const issues: Judgement['issues'] = [];
  const unit = meterUnits[facts.kind];
  const usage = new Decimal(counted);
  const usual = usualOf(facts);
  if (usage.isZero()) issues.push({ kind: 'zero', text: '用量为 0，请确认表没有坏、房屋确实没有用' });
  else if (usual && usage.greaterThan(usual.times(leapTimes))) {
    const times = usual.isZero() ? '' : `，是平时（${tidy(usual)}${unit}）的 ${tidy(usage.dividedBy(usual))} 倍`;
    issues.push({ kind: 'leap', text: `用量 ${tidy(usage)}${unit}${times}，请核对读数` });
  }
  const missed = facts.previousMonth === null ? 0 : monthsBetween(facts.previousMonth, month) - 1;
  if (missed > 0)
    issues.push({
      kind: 'gap',
      text: `${facts.previousMonth} 之后漏抄 ${missed} 个月，本期用量是 ${missed + 1} 个月的`,
    });
  return issues;
}

function usualOf({ usual, usualCount, peers }: MeterFacts): Decimal | null {
  const own = usual === null ? null : new Decimal(usual);
  if (own && usualCount >= enoughReadings) return own;
  const near = peers === null ? null : new Decimal(peers);
  if (!own || !near) return own && usualCount >= enoughReadings ? own : near;
  return Decimal.max(own, near);
}

/** Calendar months from one to another: 1 for the next. */
export function monthsBetween(from: string, to: string): number {
  return Temporal.PlainYearMonth.from(from).until(Temporal.PlainYearMonth.from(to), { largestUnit: 'month' }).months;
}

function outcomeOf(input: ReadingInput, isReplaced: boolean, issues: Judgement['issues']): Judgement['outcome'] {
  if (isReplaced) return 'replaced';
  if (input.isRolledOver) return 'rolledOver';
  const kinds = issues.map((issue) => issue.kind);
  return (['leap', 'zero', 'gap'] as const).find((kind) => kinds.includes(kind)) ?? 'normal';
}

function tidy(value: Decimal): string {
  return value.toDecimalPlaces(2, Decimal.ROUND_HALF_UP).toFixed();
}

/** How a reading stands in its bill's calculation. */
export function dialOf(reading: {
  previous: string;
  current: string;
  multiplier: string;
  digits: number;
  isRolledOver: boolean;
  closing: string | null;
  opening: string | null;
  oldMultiplier: string | null;
  lossShare: string;
  sharedPart: string;
}): DialCalculation {
  const plain = (text: string) => new Decimal(text).toFixed();
  const isOne = (text: string) => new Decimal(text).equals(1);
  const { closing, opening, oldMultiplier } = reading;
  const dial: DialCalculation = { f: plain(reading.previous), t: plain(reading.current) };
  if (!isOne(reading.multiplier)) dial.m = plain(reading.multiplier);
  if (reading.isRolledOver) dial.r = reading.digits;
  if (closing !== null && opening !== null) {
    dial.c = [plain(closing), plain(opening)];
    if (oldMultiplier !== null && !isOne(oldMultiplier)) dial.c.push(plain(oldMultiplier));
  }
  if (Number(reading.lossShare) > 0) dial.l = `${new Decimal(reading.lossShare).times(100).toFixed()}%`;
  if (Number(reading.sharedPart) > 0) dial.s = plain(reading.sharedPart);
  return dial;
}
