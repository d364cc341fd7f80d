import { expect, it } from 'vitest';
import { partsOfLines, type VoucherPart } from './line-parts.ts';

const part = (account: string, name: string, amountFen: bigint): VoucherPart => ({
  account,
  name,
  chargeItemId: null,
  paymentMethodId: name,
  amountFen,
});
const parts = [
  part('money', '现金', 100n),
  part('money', 'POS 刷卡', 30n),
  part('money', '转账', 20n),
  part('receivable', '物业费', -150n),
];

it('gives a line that names a way of paying its part, the other line the rest, and an account with one line all of it', () => {
  const lines = [
    { account: 'money', summary: '2026-10 收款 翠湖花园 现金', grossFen: 100n },
    { account: 'money', summary: '2026-10 收款 翠湖花园', grossFen: 50n },
    { account: 'receivable', summary: '2026-10 收款 翠湖花园', grossFen: -150n },
  ];
  expect(partsOfLines(lines, parts).map((ones) => ones?.map((one) => one.name))).toEqual([
    ['现金'],
    ['POS 刷卡', '转账'],
    ['物业费'],
  ]);
});

it('says nothing of lines kept by house, whose sums are not those of the parts', () => {
  const lines = [
    { account: 'receivable', summary: '1栋-101 2026-10 收款 翠湖花园 物业费', grossFen: -90n },
    { account: 'receivable', summary: '1栋-102 2026-10 收款 翠湖花园 物业费', grossFen: -60n },
  ];
  expect(partsOfLines(lines, parts)).toEqual([null, null]);
});
