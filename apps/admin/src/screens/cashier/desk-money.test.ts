import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumYuan, type TenderRow, workOutTenders } from './desk-money.ts';

const isCash = (id: string) => id === 'cash';
const row = (paymentMethodId: string, amount = ''): TenderRow => ({ paymentMethodId, amount, reference: '' });

describe('working out how a sum is paid', () => {
  it('takes the exact sum in cash when nothing was typed', () => {
    const paid = workOutTenders({ total: '275.80', rows: [row('cash')], cashTendered: '', isCash });
    expect(paid).toMatchObject({ cash: '275.80', change: '0.00', problem: '' });
  });

  it('gives change on the cash alone when another method takes a part', () => {
    const rows = [row('cash'), row('wechat', '200')];
    const paid = workOutTenders({ total: '275.80', rows, cashTendered: '100', isCash });
    expect(paid).toMatchObject({ cash: '75.80', change: '24.20', problem: '' });
    expect(paid.tenders.map((tender) => tender.amount)).toEqual(['75.80', '200.00']);
  });

  it.each([
    ['50', '现金还差 225.80 元'],
    ['abc', '收到的现金应为数字，最多两位小数'],
    ['300.001', '收到的现金应为数字，最多两位小数'],
  ])('says what is wrong with %s in cash', (cashTendered, problem) => {
    expect(workOutTenders({ total: '275.80', rows: [row('cash')], cashTendered, isCash }).problem).toBe(problem);
  });

  it.each(['３００', '300。00', '0,300', '1,300', '１，３００．５'])(
    'reads %s as it was meant, or says that it is no amount',
    (cashTendered) => {
      const { change, problem } = workOutTenders({ total: '275.80', rows: [row('cash')], cashTendered, isCash });
      const expected: Record<string, string> = {
        '３００': '24.20',
        '300。00': '24.20',
        '1,300': '1024.20',
        '１，３００．５': '1024.70',
      };
      if (expected[cashTendered]) expect(change).toBe(expected[cashTendered]);
      else expect(problem).toContain('应为数字');
    },
  );

  it('says when the other methods take more than there is to pay', () => {
    const rows = [row('cash'), row('wechat', '300')];
    expect(workOutTenders({ total: '275.80', rows, cashTendered: '', isCash }).problem).toContain('超过了应付合计');
  });

  it('always adds up to the sum when it finds nothing wrong', () => {
    const yuan = fc.nat(1_000_000).map((fen) => (fen / 100).toFixed(2));
    fc.assert(
      fc.property(yuan, fc.array(yuan, { maxLength: 4 }), (total, others) => {
        const rows = [row('cash'), ...others.map((amount) => row('wechat', amount))];
        const paid = workOutTenders({ total, rows, cashTendered: '', isCash });
        if (paid.problem === '') expect(sumYuan(paid.tenders.map((tender) => tender.amount))).toBe(total);
      }),
    );
  });
});
