import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, parseDecimalText, parsePhone, toHalfWidth } from './index.ts';

describe('texts', () => {
  test('full-width letters, digits and signs become half-width; Chinese stays', () => {
    expect(toHalfWidth('Ａ１－（２）　栋：，')).toBe('A1-(2) 栋:,');
  });

  test('stray spaces, zero-width characters and line breaks go', () => {
    expect(cleanText(' \u00a01－1\u200b-101\ufeff　\n业主 ')).toBe('1-1-101 业主');
  });

  test('cleaning twice changes nothing more', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => cleanText(cleanText(text)) === cleanText(text)));
  });
});

describe('amounts and areas', () => {
  test.each([
    ['98.5', '98.5'],
    ['９８．５０', '98.50'],
    ['1,234,567.8', '1234567.8'],
    ['１，２３４．５０ 元', '1234.50'],
    ['￥ 12', '12'],
    ['¥1,000.00元', '1000.00'],
    ['89.77㎡', '89.77'],
    ['89.77 平方米', '89.77'],
    ['100 m²', '100'],
    ['-98.5', '-98.5'],
    ['-¥5.00', '-5.00'],
    ['+3', '3'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['007', '7'],
    ['-0.00', '0.00'],
  ])('%s is %s', (text, value) => {
    expect(parseDecimalText(text)).toEqual({ isOk: true, value });
  });

  test.each([
    ['', 'empty'],
    [' 　', 'empty'],
    ['九十八', 'notANumber'],
    ['12.3.4', 'notANumber'],
    ['1e5', 'notANumber'],
    ['元', 'notANumber'],
    ['--5', 'notANumber'],
    ['5-', 'notANumber'],
    ['0x10', 'notANumber'],
    ['12%', 'notANumber'],
    ['1,23', 'badGrouping'],
    ['12,34,567', 'badGrouping'],
    ['9'.repeat(50), 'tooLong'],
  ])('%s is refused as %s', (text, reason) => {
    expect(parseDecimalText(text)).toEqual({ isOk: false, reason });
  });
});

describe('telephone numbers', () => {
  test.each([
    ['13900000001', '13900000001'],
    ['199 0000-0182', '19900000182'],
    ['１３９００００００００１', null],
    ['+86 139 0000 0001', '13900000001'],
    ['8613900000001', '13900000001'],
    ['028-87654321', '028-87654321'],
    ['（0816）2345678', '0816-2345678'],
    ['01012345678', '010-12345678'],
  ])('%s', (text, value) => {
    if (value === null) expect(parsePhone(text)).toEqual({ isOk: false, reason: 'tooLong' });
    else expect(parsePhone(text)).toMatchObject({ isOk: true, value });
  });

  test.each([
    ['', 'empty'],
    ['1990000', 'tooShort'],
    ['87654321', 'tooShort'],
    ['139000000011', 'tooLong'],
    ['028-876543210', 'tooLong'],
    ['139/138', 'notDigits'],
    ['无', 'notDigits'],
    ['23900000001', 'unknownPrefix'],
  ])('%s is refused as %s', (text, reason) => {
    expect(parsePhone(text)).toEqual({ isOk: false, reason });
  });
});
