import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idCardCheckDigit, idCardOf, maskIdCard, readIdCard } from './id-card.ts';

describe('the number of an identity card', () => {
  it('tells birthday and sex: the two examples of the standard', () => {
    // GB 11643-1999, appendix: a woman of Beijing, born on the last day of 1949; a man of Guangzhou.
    expect(readIdCard('11010519491231002X')).toEqual({ birthday: '1949-12-31', sex: 'female' });
    expect(readIdCard('440524188001010014')).toEqual({ birthday: '1880-01-01', sex: 'male' });
    expect(readIdCard(' 110105 19491231 002x ')).toEqual({ birthday: '1949-12-31', sex: 'female' });
  });

  it('is refused with a wrong check digit, day, province or length', () => {
    for (const wrong of ['110105194912310021', '11010519491231002', '', '990105194912310020', 'A10105194912310021']) {
      expect(readIdCard(wrong), wrong).toBeNull();
    }
    const dayless = `11010520230229${'001'}`;
    expect(readIdCard(dayless + idCardCheckDigit(dayless))).toBeNull();
    const leap = `11010520240229${'001'}`;
    expect(readIdCard(leap + idCardCheckDigit(leap))).toEqual({ birthday: '2024-02-29', sex: 'male' });
  });

  it('notices every single wrong digit and every two neighbours changed about', () => {
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2025-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        days,
        fc.integer({ min: 0, max: 999 }),
        fc.nat(16),
        fc.integer({ min: 1, max: 9 }),
        (day, order, at, by) => {
          const first = `330106${day.toISOString().slice(0, 10).replaceAll('-', '')}${String(order).padStart(3, '0')}`;
          const number = first + idCardCheckDigit(first);
          expect(readIdCard(number)?.birthday).toBe(day.toISOString().slice(0, 10));
          const digit = (Number(number[at]) + by) % 10;
          expect(readIdCard(number.slice(0, at) + digit + number.slice(at + 1))).toBeNull();
          const swapped = number.slice(0, at) + number[at + 1] + number[at] + number.slice(at + 2);
          if (swapped !== number) expect(readIdCard(swapped)).toBeNull();
        },
      ),
    );
  });

  it('shows three digits in front and four behind when it is hidden', () => {
    expect(maskIdCard(idCardOf('11010519491231002x'))).toBe('110***********002X');
  });
});
