import { idCardOf, readIdCard } from '@anlin/contract';
import { toHalfWidth } from '@anlin/spreadsheet';
import { searchKeyOf } from './house-name.ts';
import { plateOf } from './plate.ts';

/** What a text in a search box can mean; what it cannot mean is null. */
export interface SearchTerms {
  /** A house: the key, its parts and the last of them (`3-2-12` → `12`). */
  room: { key: string; parts: readonly string[]; last: string } | null;
  /** Beginning of a person's name. */
  name: string | null;
  /** Beginning of a name in pinyin, whole or initials. */
  pinyin: string | null;
  /** Last four digits or more of a phone. */
  phoneTail: string | null;
  /** A whole identity card number that can exist. */
  idCard: string | null;
  /** Beginning or end of a plate, at least four characters. */
  plate: string | null;
  /** Beginning or end of a parking space's number. */
  space: string | null;
}

/** Reads `3栋2单元1201`, `王小明`, `wxm`, `1234`, `粤B12345` for all they may mean (EST-11). */
export function searchTerms(text: string): SearchTerms {
  const q = toHalfWidth(text).trim();
  const key = searchKeyOf(q);
  const plate = plateOf(q);
  const hasDigit = /\d/.test(q);
  return {
    room:
      key !== '' && (hasDigit || !/^[a-z]+$/.test(key))
        ? { key, parts: key.split('-'), last: key.split('-').at(-1) as string }
        : null,
    name: !hasDigit && /^[\p{Script=Han}a-zA-Z·. ]+$/u.test(q) ? q : null,
    pinyin: /^[a-z ]{2,40}$/i.test(q) ? q.replaceAll(' ', '').toLowerCase() : null,
    phoneTail: /^\d{4,12}$/.test(q) ? q : null,
    idCard: readIdCard(q) ? idCardOf(q) : null,
    plate: /^[\p{Script=Han}]?[A-Z0-9]{3,9}$/u.test(plate) && hasDigit && plate.length >= 4 ? plate : null,
    space: /^[\p{Script=Han}a-z0-9 \-#]{2,40}$/iu.test(q) && hasDigit ? q.toLowerCase() : null,
  };
}

/** The first text after every text that begins with `prefix`: upper bound of a range in byte order. */
export function afterPrefix(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}

export function reversed(text: string): string {
  return [...text].reverse().join('');
}
