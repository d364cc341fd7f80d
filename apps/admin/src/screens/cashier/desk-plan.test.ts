import type { DeskAccount, DeskBill } from '@anlin/contract';
import { formatYuan, sumFen } from '@anlin/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeskEdits, noEdits, planReceipt, tickedTogether } from './desk-plan.ts';

const bill = (id: string, outstanding: string, lateFee = '0.00', over: Partial<DeskBill> = {}): DeskBill => ({
  id,
  targetKind: 'house',
  targetId: 'h1',
  targetName: '1-101',
  chargeItemId: 'fee',
  chargeItemName: '物业管理费',
  chargeStandardName: '',
  periodFrom: `2026-0${id}-01`,
  periodTo: `2026-0${Number(id) + 1}-01`,
  periodText: `2026年${id}月`,
  dueOn: `2026-0${id}-28`,
  receivable: outstanding,
  discount: '0.00',
  waived: '0.00',
  received: '0.00',
  refunded: '0.00',
  outstanding,
  lateFeeWaived: '0.00',
  formerOwner: '',
  withheldIn: '',
  lateFee,
  toPay: formatYuan(sumFen([outstanding, lateFee].map((text) => BigInt(text.replace('.', '')) as never))),
  sentence: '',
  lateFeeSentence: '',
  ...over,
});
const january = bill('1', '275.80', '6.07');
const february = bill('2', '275.80');
const account = {
  target: { name: '1-101' },
  bills: [january, february],
  prepaid: [
    { id: 'p1', targetId: 'h1', targetName: '1-101', chargeItemId: null, chargeItemName: '', balance: '300.00' },
    { id: 'p2', targetId: 'h1', targetName: '1-101', chargeItemId: 'water', chargeItemName: '水费', balance: '50.00' },
  ],
  deposits: [],
  offsetMethods: { prepaid: 'm1', deposit: 'm2' },
  rules: { takesOldestFirst: true },
} as unknown as DeskAccount;
const plan = (edits: Partial<DeskEdits>, bills = [january, february], offers: Parameters<typeof planReceipt>[3] = []) =>
  planReceipt(account, bills, { ...noEdits, ...edits }, offers);
const pays = (edits: Partial<DeskEdits>) => plan(edits).bills.map((one) => formatYuan(one.payFen));

describe('a receipt worked out at the desk', () => {
  it('shares 300.00 out older first and late fee before principal (worked example 27)', () => {
    expect(pays({ collectOnly: '300' })).toEqual(['281.87', '18.13']);
    expect(plan({ collectOnly: '600' }).problem).toContain('只需收 557.67 元');
    expect(plan({ collectOnly: '0' }).problem).toContain('请填金额');
    expect(plan({ collectOnly: 'abc' }).problem).toContain('本次收账单应为数字');
  });

  it('takes a discount from the newest bill back, and late fees from the oldest on', () => {
    expect(pays({ discount: '300', lateFeeWaived: '6.07' })).toEqual(['251.60', '0.00']);
    expect(plan({ lateFeeWaived: '6.08' }).problem).toContain('违约金');
    expect(plan({ discount: '551.61' }).problem).toContain('本金');
  });

  it('takes an offer off its bill unless the person does not want it', () => {
    const offers = [{ billId: '2', offerId: 'o', offerName: '送一个月', amount: '275.80' }];
    expect(formatYuan(plan({}, undefined, offers).billsFen)).toBe('281.87');
    expect(formatYuan(plan({ offersOff: new Set(['o']) }, undefined, offers).billsFen)).toBe('557.67');
  });

  it('draws on prepaid as far as it goes, and on prepaid of an item only for that item', () => {
    const both = new Map([
      ['p1', ''],
      ['p2', ''],
    ]);
    expect(plan({ offsets: both }).offsets).toMatchObject([{ id: 'p1', amountFen: 30000n }]);
    const water = bill('3', '60.60', '0.00', { chargeItemId: 'water' });
    const drawn = plan({ offsets: both }, [water]);
    expect(drawn.offsets).toMatchObject([
      { id: 'p2', amountFen: 5000n },
      { id: 'p1', amountFen: 1060n },
    ]);
    expect(drawn.moneyFen).toBe(0n);
    expect(plan({ offsets: new Map([['p1', '301']]) }).problem).toContain('只有 300.00 元');
  });

  it('says when a single bill gets more than it owes, nothing, or what is no amount', () => {
    expect(plan({ pays: new Map([['1', '281.88']]) }).problem).toContain('最多收 281.87 元');
    expect(plan({ pays: new Map([['1', '0']]) }).problem).toContain('请去掉勾选');
    expect(plan({ pays: new Map([['1', 'abc']]) }).problem).toContain('应为数字');
  });

  it('ticks older bills along and takes later ones away where older ones come first', () => {
    expect(tickedTogether(account, ['2'], true).sort()).toEqual(['1', '2']);
    expect(tickedTogether(account, ['1'], false).sort()).toEqual(['1', '2']);
    expect(tickedTogether(account, ['1'], true)).toEqual(['1']);
  });

  it('never plans more offsets than bills, whatever is typed', () => {
    const yuan = fc.nat(60_000).map((fen) => (fen / 100).toFixed(2));
    fc.assert(
      fc.property(yuan, yuan, yuan, (discount, only, offset) => {
        const made = plan({ discount, collectOnly: only, offsets: new Map([['p1', offset]]) });
        if (made.problem === '') expect(made.moneyFen >= 0n).toBe(true);
      }),
    );
  });
});
