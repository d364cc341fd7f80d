import { toHalfWidth } from '@anlin/spreadsheet';

/** After these a number reads on by itself: 1栋1单元101. After anything else a space parts it: 商铺 S058. */
const classifiers = '栋幢座楼号元梯门区期层';
const separators = /[\s\-_#＃~—–·/.,，、栋幢座楼号单元梯室房门户]+/gu;

/**
 * What a house is called and how it is found.
 * @param building name of the building: 1栋, 商铺
 * @param unit name of the unit; null where the building has none
 * @param number as written on the door: 101, 1-1-101, S058
 */
export function houseNames(
  building: string,
  unit: string | null,
  number: string,
): { fullName: string; searchKey: string } {
  const fullName = carriesPlace(building, unit, number)
    ? number.trim()
    : joinNames([numbered(building, '栋'), unit === null ? '' : numbered(unit, '单元'), number.trim()]);
  return { fullName, searchKey: searchKeyOf(fullName) };
}

/**
 * The same place in every notation is one key: `3栋2单元1201`, `3-2-1201`, `３号楼2单元1201室` → `3-2-1201`.
 * Parts are parted by hyphens; letters are small.
 */
export function searchKeyOf(text: string): string {
  return toHalfWidth(text)
    .toLowerCase()
    .replace(separators, '-')
    .replace(/^-+|-+$/g, '');
}

/** `1-1-101` in building 1栋 and unit 1单元 already says where it is. */
function carriesPlace(building: string, unit: string | null, number: string): boolean {
  const place = [building, ...(unit === null ? [] : [unit])].map(searchKeyOf).join('-');
  return place !== '' && searchKeyOf(number).startsWith(`${place}-`);
}

/** A bare number gets its word: building 3 → 3栋. */
function numbered(name: string, word: string): string {
  const text = name.trim();
  return /^\d+$/.test(toHalfWidth(text)) ? `${text}${word}` : text;
}

function joinNames(parts: readonly string[]): string {
  let whole = '';
  for (const part of parts) {
    if (part === '') continue;
    const reads = whole === '' || classifiers.includes(whole.at(-1) as string);
    whole += reads ? part : ` ${part}`;
  }
  return whole;
}
