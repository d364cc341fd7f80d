/** Why a cell is not a date. `noSuchDate`: a notation we know, for a day that does not exist. */
export type LooseDateProblem = 'empty' | 'unreadable' | 'noSuchDate';

export type LooseDate =
  | { ok: true; date: Temporal.PlainDate; precision: 'day' | 'month' }
  | { ok: false; reason: LooseDateProblem };

// A trailing time of day, as Excel exports write it (`2019-12-05 00:00:00`, `…T00:00:00`). The day is what counts.
// An instant in UTC (`…Z`) is refused: in China it may be the next day.
const timeOfDay = /(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/i;
const dayNotations = [
  /^(\d{4})-(\d{1,2})-(\d{1,2})$/,
  /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/,
  /^(\d{4})\.(\d{1,2})\.(\d{1,2})$/,
  /^(\d{4})(\d{2})(\d{2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})[日号]?$/,
];
const monthNotations = [/^(\d{4})[-/.](\d{1,2})$/, /^(\d{4})年(\d{1,2})月份?$/, /^(\d{4})(\d{2})$/];

/**
 * Reads a date as Chinese spreadsheets have it: `2019-12-05`, `2019/12/5`, `2019.12.5`, `20191205`, `2019年12月5日`, and
 * months `2019年01月`, `2019-01`, `201901` (the first of the month, precision `month`); also Excel's serial number of the
 * 1900 system, as a number or five digits of text. Full-width digits, stray spaces and a time of day are forgiven.
 * Years outside 1900–2200 are not believed. A bare number 1900–2200 is a year, not a day of 1905, and is refused.
 */
export function parseLooseDate(cell: string | number | null | undefined): LooseDate {
  if (cell === null || cell === undefined) return refuse('empty');
  if (typeof cell === 'number') {
    return Number.isInteger(cell) && cell >= 100_000 ? parseText(String(cell)) : fromSerial(cell);
  }
  if (cell.length > 100) return refuse('unreadable');
  const plain = cell.normalize('NFKC').trim();
  return plain === '' ? refuse('empty') : parseText(plain);
}

function parseText(plain: string): LooseDate {
  const text = plain.replace(timeOfDay, '').replace(/\s+/g, '');
  if (/^\d{5}$/.test(text)) return fromSerial(Number(text));
  for (const notation of dayNotations) {
    const match = notation.exec(text);
    if (match) return fromParts(Number(match[1]), Number(match[2]), Number(match[3]), 'day');
  }
  for (const notation of monthNotations) {
    const match = notation.exec(text);
    if (match) return fromParts(Number(match[1]), Number(match[2]), 1, 'month');
  }
  return refuse('unreadable');
}

function fromParts(year: number, month: number, day: number, precision: 'day' | 'month'): LooseDate {
  if (year < 1900 || year > 2200) return refuse('noSuchDate');
  try {
    return { ok: true, date: Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' }), precision };
  } catch {
    return refuse('noSuchDate');
  }
}

// Serial 1 is 1900-01-01. Excel believes in 1900-02-29 (serial 60), so later serials are one day ahead.
function fromSerial(serial: number): LooseDate {
  const dayNumber = Math.floor(serial);
  if (!Number.isFinite(serial) || dayNumber < 1) return refuse('unreadable');
  if (dayNumber >= 1900 && dayNumber <= 2200) return refuse('unreadable');
  if (dayNumber === 60) return refuse('noSuchDate');
  const dayZero = new Temporal.PlainDate(1899, 12, dayNumber < 60 ? 31 : 30);
  // Serial 109938 is the last day of 2200.
  return dayNumber > 109_938
    ? refuse('unreadable')
    : { ok: true, date: dayZero.add({ days: dayNumber }), precision: 'day' };
}

function refuse(reason: LooseDateProblem): LooseDate {
  return { ok: false, reason };
}
