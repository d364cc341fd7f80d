import { cleanText } from './clean-text.ts';

export type DecimalProblem = 'empty' | 'notANumber' | 'badGrouping' | 'tooLong';

export type DecimalResult =
  | { readonly isOk: true; readonly value: string }
  | { readonly isOk: false; readonly reason: DecimalProblem };

const CURRENCY = /^(?:¥|￥|CNY|RMB|人民币)/i;
const UNIT = /(?:元整?|人民币|平方米|平方|平米|㎡|m2|m²|立方米|立方|m3|m³|吨|方|度|千瓦时|kwh|户|个|间)$/i;
const PLAIN = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;
const CHARS_MAX = 40;

/**
 * An amount, area or quantity written by a person, as an exact decimal text ('１,２３４．５０ 元' → '1234.50').
 * Takes full-width digits, thousands separators in their right places, a currency before and a unit behind; refuses
 * everything else. Signs are kept: whether a negative is allowed is for the caller.
 */
export function parseDecimalText(text: string): DecimalResult {
  const clean = cleanText(text).replaceAll(' ', '').replaceAll('−', '-');
  if (clean === '') return { isOk: false, reason: 'empty' };
  const sign = /^[+-]/.exec(clean)?.[0] ?? '';
  const unsigned = clean.slice(sign.length).replace(CURRENCY, '').replace(UNIT, '');
  const bare = sign === '' ? unsigned : sign + unsigned.replace(/^[+-]/, '!');
  if (bare.length > CHARS_MAX && /^[+-]?[\d,.]+$/.test(bare)) return { isOk: false, reason: 'tooLong' };
  if (PLAIN.test(bare)) return { isOk: true, value: canonical(bare) };
  if (GROUPED.test(bare)) return { isOk: true, value: canonical(bare.replaceAll(',', '')) };
  return { isOk: false, reason: /^[+-]?\d[\d,]*(?:\.\d*)?$/.test(bare) ? 'badGrouping' : 'notANumber' };
}

/** No plus, no needless leading zeros, digits on both sides of a point; decimals stay as many as written. */
function canonical(text: string): string {
  const isNegative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const wholeDigits = whole.replace(/^0+(?=\d)/, '') || '0';
  const value = fraction === '' ? wholeDigits : `${wholeDigits}.${fraction}`;
  return isNegative && /[1-9]/.test(value) ? `-${value}` : value;
}
