import type { Calculation, CalculationSegment, DialCalculation, ShareCalculation } from './calculation.ts';
import { addRatios, type Exact, multiply, powerOfTen, type Ratio, ratioText, readExact } from './exact.ts';

/**
 * The Chinese sentence of a bill, from its stored calculation alone: `98.50㎡ × 2.80元/㎡·月 × 1个月 = 275.80元`. A price
 * change gives one line for each price and one for the sum; rounding is told only when it changed something.
 * Works where `Temporal` is missing.
 */
export function explain(calculation: Calculation): string {
  if (calculation.z) return `${calculation.z}，金额 ${explainAmount(calculation)}`;
  if (calculation.d) return explainShare(calculation.d, calculation.a);
  const lines = calculation.s ? explainSegments(calculation, calculation.s) : [explainSingle(calculation)];
  if (calculation.k === 'x') lines.unshift(...explainFormulas(calculation));
  if (calculation.y) lines.unshift(explainDial(calculation.y, calculation.q ?? '1', calculation.u ?? ''));
  return lines.join('\n');
}

// `(687 − 672) × 40 × (1 + 2%) = 612m³`; a dial that rolled over or was changed says so.
function explainDial({ f, t, m, r, c, l, s }: DialCalculation, usage: string, unit: string): string {
  const turn = r === undefined ? '' : ` + 1${'0'.repeat(r)}（满转）`;
  const times = (multiplier: string | undefined) => (multiplier === undefined ? '' : ` × ${multiplier}`);
  const counted = c
    ? `旧表 (${c[0]} − ${f}${Number(c[0]) < Number(f) ? turn : ''})${times(c[2])} + 新表 (${t} − ${c[1]}${Number(t) < Number(c[1]) ? turn : ''})${times(m)}`
    : `(${t} − ${f}${turn})${times(m)}`;
  const loss = l === undefined ? '' : ` × (1 + 损耗 ${l})`;
  const whole = l !== undefined && c ? `(${counted})` : counted;
  return `用量 ${whole}${loss}${s === undefined ? '' : ` + 公摊用量 ${s}`} = ${usage}${unit}`;
}

// `1000.00元按建筑面积分摊，89.36 ÷ 306.10 = 291.93元`
function explainShare({ t, o, b, w, s }: ShareCalculation, amount: string): string {
  const share = `${t}元${b}分摊，${w} ÷ ${s}，分得 ${amount}元`;
  return o === undefined ? share : `${o} = ${t}元\n${share}`;
}

function explainSingle(calculation: Calculation): string {
  if (calculation.k === 'g') return explainTiers(calculation);
  const factors = `${factorsOf(calculation, calculation.p ?? '', calculation.m)}${taxText(calculation)}`;
  const isBare = factors === `${calculation.a}元`;
  return isBare ? factors : `${factors} = ${explainAmount(calculation)}`;
}

// `本年已用 210m³，6m³ × 3.03元/m³ + 14m³ × 4.23元/m³ = 77.40元`
function explainTiers(calculation: Calculation): string {
  const { m } = calculation;
  const { head, sum } = tierTexts(calculation, calculation.u);
  const time = m === undefined || m === '1' ? '' : ` × ${monthsText(m)}`;
  const times = `${time}${taxText(calculation)}`;
  return `${head}${times === '' ? sum : inBrackets(sum)}${times} = ${explainAmount(calculation)}`;
}

function taxText({ o }: Pick<Calculation, 'o'>): string {
  return o === undefined ? '' : ` × (1 + 税率 ${o}%)`;
}

function tierTexts({ g = [], b, h }: Pick<Calculation, 'g' | 'b' | 'h'>, u = ''): { head: string; sum: string } {
  const heads = h === undefined ? '' : `按 ${h} 人的阶梯，`;
  const before = b === undefined ? '' : `本年已用 ${b}${u}，`;
  const sum = g.map(([quantity, price]) => `${quantity}${u} × ${price}元${u === '' ? '' : `/${u}`}`).join(' + ');
  return { head: `${heads}${before}`, sum };
}

function inBrackets(sum: string): string {
  return sum.includes(' + ') ? `(${sum})` : sum;
}

// Of a year: `2026-03-16起 用量 20m³ 的 16/31，计 10.322581m³，本年已用 219.677419m³，10.322581m³ × 4.65元/m³ = 48.00000165元`.
// Else `(12m³ × 3.03元/m³ + 8m³ × 4.23元/m³) × 15/31 = 33.98709677…元`.
function explainTierSegment({ q: all = '', u = '' }: Calculation, segment: CalculationSegment): string {
  const { p, m, d = '1', f, q } = segment;
  const { head, sum } = tierTexts(segment, u);
  const since = f === undefined ? '' : `${f}起 `;
  if (q !== undefined) return `${since}用量 ${all}${u} 的 ${d}，计 ${q}${u}，${head}${sum} = ${p}元`;
  const cost = segmentCost({}, p, m ?? d);
  const time = m === undefined ? d : monthsText(m);
  return `${since}${head}${inBrackets(sum)} × ${time}${cost ? ` = ${ratioText(cost)}元` : ''}`;
}

function explainSegments(calculation: Calculation, segments: NonNullable<Calculation['s']>): string[] {
  const lines = segments.map((segment) => {
    if (segment.g) return explainTierSegment(calculation, segment);
    const { p, m, d, f } = segment;
    const since = f === undefined ? '' : `（${f}起）`;
    const share = d === undefined ? '' : ` × ${d}`;
    const cost = segmentCost(calculation, p, m ?? d ?? '1');
    return `${factorsOf(calculation, p, m)}${share}${since}${cost ? ` = ${ratioText(cost)}元` : ''}`;
  });
  const tax = taxText(calculation);
  return [...lines, tax === '' ? `合计 ${explainAmount(calculation)}` : `合计${tax} = ${explainAmount(calculation)}`];
}

// `公式 建筑面积 * 2，其中 建筑面积 = 98.50`, and one that held from a day on in a line of its own.
function explainFormulas({ x = '', v = {}, s = [] }: Calculation): string[] {
  const values = Object.entries(v).map(([name, value]) => `${name} = ${value}`);
  const later = s.flatMap((segment) => (segment.x === undefined ? [] : [`${segment.f ?? ''}起 公式 ${segment.x}`]));
  return [values.length > 0 ? `公式 ${x}，其中 ${values.join('，')}` : `公式 ${x}`, ...later];
}

function factorsOf({ q, u = '', n }: Calculation, price: string, months: string | undefined): string {
  const quantity = q === undefined ? '' : `${q}${u} × `;
  const perTime = months === undefined ? '' : n === undefined ? '月' : `${n}个月`;
  const per = [q === undefined ? '' : u, perTime].filter((part) => part !== '').join('·');
  const time = months === undefined ? '' : ` × ${monthsText(months)}`;
  return `${quantity}${price}元${per === '' ? '' : `/${per}`}${time}`;
}

function monthsText(months: string): string {
  return months.includes('+') ? `(${months.replaceAll('+', ' + ')})个月` : `${months}个月`;
}

function explainAmount({ e, r, a }: Calculation): string {
  return e === undefined ? `${a}元` : `${e}元，${explainRounding(r)}为 ${a}元`;
}

const roundingWords: Record<string, string> = { halfUp: '四舍五入', up: '进位', down: '舍尾' };
const precisionWords: Record<string, string> = { yuan: '元', jiao: '角', fen: '分' };

/** `四舍五入到分`, from the text form of a rounding. */
export function explainRounding(text = 'fen.halfUp'): string {
  const [precision = '', rounding = ''] = text.split('.');
  return `${roundingWords[rounding] ?? ''}到${precisionWords[precision] ?? ''}`;
}

// What a segment costs exactly. Null when a figure was cut when it was stored; then nothing is claimed.
function segmentCost(calculation: Pick<Calculation, 'q' | 'n'>, price: string, months: string): Ratio | null {
  const factors = [calculation.q ?? '1', price].map(readExact);
  let cost: Ratio = monthsRatio(months);
  for (const factor of factors) {
    if (typeof factor === 'string') return null;
    cost = multiplyRatio(cost, factor);
  }
  return { num: cost.num, den: multiply(cost.den, calculation.n ?? 1) };
}

function multiplyRatio(ratio: Ratio, { units, scale }: Exact): Ratio {
  return { num: multiply(ratio.num, units), den: multiply(ratio.den, powerOfTen(scale)) };
}

function monthsRatio(months: string): Ratio {
  return months
    .split('+')
    .map((part): Ratio => {
      const [num = '0', den = '1'] = part.split('/');
      return { num: Number(num), den: Number(den) };
    })
    .reduce(addRatios);
}
