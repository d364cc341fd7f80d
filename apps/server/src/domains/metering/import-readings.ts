import { Decimal } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { judgeReading, type MeterFacts } from './judge-reading.ts';
import { readMeterFacts } from './meter-facts.ts';
import { saveReadings } from './save-readings.ts';

/** A meter's line of a file: one month, or several from left to right. */
export interface ImportedReading {
  /** Row of the file. */
  row: number;
  number: string;
  /** In the order of time. */
  months: { month: string; current: string }[];
  /** Said to have rolled over where it falls. */
  isRolledOver: boolean;
  /** Dial changed: in the month named, else where it falls. */
  replaced: { closing: string; opening: string; month: string | null } | null;
  /** Why what looks odd is right; empty: nobody said. */
  confirmation: string;
}

/** What the file's reading comes to: ready to be saved, there already, or refused in words with its month. */
export interface JudgedImport {
  row: number;
  problem: { month: string | null; message: string } | null;
  /** All its months were read before. */
  isThere: boolean;
  readings: {
    meterId: string;
    month: string;
    current: string;
    isRolledOver: boolean;
    replaced: { closing: string; opening: string } | null;
    confirmation: string;
    version: number | null;
  }[];
}

/** A reading that is in the books. */
interface Existing {
  version: number;
  current: string;
  counted: string;
}

type WalkedLine = JudgedImport & { usages: string[] };

/**
 * Judges the lines of a file as a typist's entries would be (CHG-12): a falling value must be explained, a leap confirmed.
 * A zero and a month left out are kept as what they are. Lines of one meter follow one another by month, with the readings
 * that are in the books between them. Writes nothing.
 */
export async function judgeImport(
  ctx: Context,
  communityId: string,
  lines: readonly ImportedReading[],
): Promise<JudgedImport[]> {
  const numbers = [...new Set(lines.map((line) => line.number))];
  const first = lines.flatMap((line) => line.months.map(({ month }) => month)).toSorted()[0];
  if (first === undefined) return [];
  const found = await readMeterFacts(
    ctx,
    first,
    sql`m.community_id = ${communityId} and m.number = any (${numbers}::text[])`,
  );
  const meters = new Map(found.map((meter) => [meter.number, meter]));
  const existing = await readExisting(
    ctx,
    first,
    found.map((meter) => meter.id),
  );
  const walk = (usual: string | null) =>
    [...Map.groupBy(lines, (line) => line.number)].flatMap(([number, own]) => {
      const meter = meters.get(number);
      if (!meter) return own.map((line) => refused(line, `没有编号为“${number}”的仪表，请核对，或先导入仪表`));
      if (meter.status !== 'inUse') return own.map((line) => refused(line, `仪表 ${number} 已停用或更换，不能再抄`));
      const facts = { ...meter.facts, peers: meter.facts.peers ?? usual };
      return walkMeter(own, meter.id, facts, existing.get(meter.id) ?? new Map());
    });
  // First without, to learn what is usual in this file.
  const usages = walk(null).flatMap((line) => line.usages);
  return walk(median(usages))
    .map(({ usages: _, ...line }) => line)
    .toSorted((a, b) => a.row - b.row);
}

function refused(line: ImportedReading, message: string): WalkedLine {
  return { row: line.row, problem: { month: null, message }, isThere: false, readings: [], usages: [] };
}

/** All lines of one meter, month by month. A line with a wrong month is left out whole. */
function walkMeter(
  lines: readonly ImportedReading[],
  meterId: string,
  meter: MeterFacts,
  existing: ReadonlyMap<string, Existing>,
): WalkedLine[] {
  const walked = new Map(
    lines.map((line): [ImportedReading, WalkedLine] => [
      line,
      { row: line.row, problem: null, isThere: true, readings: [], usages: [] },
    ]),
  );
  const typed = lines.flatMap((line) => line.months.map((one) => ({ ...one, line })));
  const typedMonths = new Set(typed.map((one) => one.month));
  const between = [...existing].filter(([month]) => !typedMonths.has(month));
  const steps = [...typed, ...between.map(([month, { current }]) => ({ month, current, line: null }))];
  let facts = meter;
  const recent: string[] = [];
  const pass = (month: string, current: string, counted: string) => {
    recent.push(counted);
    facts = afterReading(facts, month, current, recent);
  };
  for (const { month, current, line } of steps.toSorted((a, b) => (a.month < b.month ? -1 : 1))) {
    const there = existing.get(month);
    const result = line && walked.get(line);
    if (!line || !result) {
      pass(month, current, there?.counted ?? '0');
      continue;
    }
    if (result.problem) continue;
    if (!there) result.isThere = false;
    const judged = judgeEntry(line, facts, meterId, month, current, there);
    if (typeof judged === 'string') Object.assign(result, { problem: { month, message: judged }, readings: [] });
    else {
      result.readings.push(judged.reading);
      result.usages.push(judged.counted);
      pass(month, current, judged.counted);
    }
  }
  return [...walked.values()];
}

/** One month of a line: what to save, or what is wrong with it. */
function judgeEntry(
  line: ImportedReading,
  facts: MeterFacts,
  meterId: string,
  month: string,
  current: string,
  there: Existing | undefined,
): { reading: JudgedImport['readings'][number]; counted: string } | string {
  const falls = Number(current) < Number(facts.replaced?.opening ?? facts.previous);
  const { replaced: said } = line;
  const isReplaced = said !== null && facts.replaced === null && (said.month === null ? falls : said.month === month);
  const replaced = isReplaced ? { closing: said.closing, opening: said.opening } : null;
  const reading = {
    ...{ meterId, month, current, replaced, version: there?.version ?? null, confirmation: line.confirmation },
    isRolledOver: line.isRolledOver && falls && !isReplaced,
  };
  // The same as in the books: it was judged when it was saved.
  if (there && Number(there.current) === Number(current)) return { reading, counted: there.counted };
  const judged = judgeReading(facts, month, { ...reading, sharedPart: '0' });
  const message = judged.problem || messageOf(judged.issues, month, line.confirmation);
  if (message !== '' || judged.counted === null) return message;
  const odd = judged.issues.map((issue) => issue.text).join('；');
  const confirmation = (line.confirmation || (odd === '' ? '' : `导入：${odd}`)).slice(0, 200);
  return { reading: { ...reading, confirmation }, counted: judged.counted };
}

function messageOf(issues: readonly { kind: string; text: string }[], month: string, confirmation: string): string {
  const lower = issues.find((issue) => issue.kind === 'lower');
  if (lower)
    return `${month} ${lower.text.replace('请勾选“满转”', '请在“满转”填“是”').replace('请填旧表止度和新表起度', '请填“旧表止度”“新表起度”')}`;
  const leap = issues.find((issue) => issue.kind === 'leap');
  return leap && confirmation === '' ? `${month} ${leap.text}；确实无误请在“确认说明”写明原因` : '';
}

// What is usual goes on with the file; the readings before it weigh as one when there are few.
function afterReading(facts: MeterFacts, month: string, current: string, recent: readonly string[]): MeterFacts {
  const last = recent.slice(-3).map((text) => new Decimal(text));
  const known = facts.usual !== null && last.length < 3 ? [new Decimal(facts.usual)] : [];
  const all = [...known, ...last];
  const usual = all.reduce((sum, one) => sum.plus(one), new Decimal(0)).dividedBy(all.length);
  return {
    ...facts,
    previous: current,
    previousMonth: month,
    replaced: null,
    usual: usual.toFixed(),
    usualCount: facts.usualCount + 1,
  };
}

function median(usages: readonly string[]): string | null {
  const sorted = usages.map(Number).toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return middle === undefined ? null : String(middle);
}

async function readExisting(ctx: Context, first: string, meterIds: readonly string[]) {
  const rows = await ctx.tx.rows<{
    meter_id: string;
    month: string;
    version: number;
    current: string;
    counted: string;
  }>(sql`
    select meter_id, to_char(month, 'YYYY-MM') "month", version, current::text, counted::text from meter_reading
    where company_id = ${ctx.companyId} and meter_id = any (${[...meterIds]}::uuid[]) and month >= ${`${first}-01`}`);
  const byMeter = new Map<string, Map<string, Existing>>();
  for (const row of rows) {
    const months = byMeter.get(row.meter_id) ?? new Map<string, Existing>();
    byMeter.set(
      row.meter_id,
      months.set(row.month, { version: row.version, current: row.current, counted: row.counted }),
    );
  }
  return byMeter;
}

/** What becomes of months that were read before: they stay, are changed, or only they are written. */
export type ReadingPolicy = 'skip' | 'replace' | 'updateOnly';

export interface ImportOutcome {
  added: number;
  updated: number;
  skipped: number;
  failures: { row: number; month: string; message: string }[];
}

/** Writes judged lines month by month, the oldest first; no bills are raised but those that changed readings had. */
export async function importReadings(
  ctx: Context,
  lines: readonly JudgedImport[],
  policy: ReadingPolicy,
): Promise<ImportOutcome> {
  const wanted = lines.flatMap((line) =>
    line.readings
      .filter(({ version }) => (version === null ? policy !== 'updateOnly' : policy !== 'skip'))
      .map((reading) => ({ ...reading, row: line.row })),
  );
  const failures: ImportOutcome['failures'] = [];
  const touched = new Map<number, 'added' | 'updated'>();
  for (const [month, readings] of [...Map.groupBy(wanted, (one) => one.month)].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    const { saved, returned } = await saveReadings(ctx, {
      month,
      raisesBills: false,
      readings: readings.map(({ row: _, month: __, ...reading }) => ({
        ...reading,
        sharedPart: '0',
        confirmation: reading.confirmation || '导入',
      })),
    });
    const rowOf = new Map(readings.map((one) => [one.meterId, one]));
    for (const one of saved) {
      const { row, version } = rowOf.get(one.meterId)!;
      if (touched.get(row) !== 'added') touched.set(row, version === null ? 'added' : 'updated');
    }
    for (const one of returned) {
      const message = one.problem || one.issues.map((issue) => issue.text).join('；');
      failures.push({ row: rowOf.get(one.meterId)!.row, month, message: `${month} ${message}` });
    }
  }
  const failed = new Set(failures.map((one) => one.row));
  if (policy === 'updateOnly') {
    for (const line of lines) {
      if (line.readings.some(({ version }) => version !== null) || failed.has(line.row)) continue;
      failed.add(line.row);
      const message = '没有这条抄表记录，未新建（您选择了“仅更新”）';
      failures.push({ row: line.row, month: line.readings[0]?.month ?? '', message });
    }
  }
  const count = (what: 'added' | 'updated') =>
    [...touched].filter(([row, one]) => one === what && !failed.has(row)).length;
  const [added, updated] = [count('added'), count('updated')];
  return { added, updated, skipped: lines.length - added - updated - failed.size, failures };
}
