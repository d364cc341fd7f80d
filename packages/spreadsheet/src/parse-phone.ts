import { cleanText } from './clean-text.ts';

export type PhoneProblem = 'empty' | 'notDigits' | 'tooShort' | 'tooLong' | 'unknownPrefix';

export type PhoneResult =
  | { readonly isOk: true; readonly value: string; readonly kind: 'mobile' | 'landline' }
  | { readonly isOk: false; readonly reason: PhoneProblem };

/**
 * A Chinese telephone number: a mobile (11 digits from 1) as its digits, or a landline with its area code as
 * '028-87654321'. Spaces, hyphens, brackets and +86 before it are accepted; extensions are not.
 */
export function parsePhone(text: string): PhoneResult {
  const clean = cleanText(text).replace(/[\s()\-–—.·]/g, '');
  if (clean === '') return { isOk: false, reason: 'empty' };
  const digits = clean.replace(/^(?:\+86|0086|86(?=1\d{10}$))/, '');
  if (!/^\d+$/.test(digits)) return { isOk: false, reason: 'notDigits' };
  return digits.startsWith('0') ? parseLandline(digits) : parseMobile(digits);
}

const MOBILE_DIGITS = 11;

function parseMobile(digits: string): PhoneResult {
  if (digits.length < MOBILE_DIGITS) return { isOk: false, reason: 'tooShort' };
  if (digits.length > MOBILE_DIGITS) return { isOk: false, reason: 'tooLong' };
  if (!digits.startsWith('1')) return { isOk: false, reason: 'unknownPrefix' };
  return { isOk: true, value: digits, kind: 'mobile' };
}

/** Area codes 010 and 02x have three digits, all others four; subscribers have seven or eight. */
function parseLandline(digits: string): PhoneResult {
  const areaDigits = /^0[12]/.test(digits) ? 3 : 4;
  const subscriber = digits.slice(areaDigits);
  if (subscriber.length < 7) return { isOk: false, reason: 'tooShort' };
  if (subscriber.length > 8) return { isOk: false, reason: 'tooLong' };
  return { isOk: true, value: `${digits.slice(0, areaDigits)}-${subscriber}`, kind: 'landline' };
}
