import { fen } from '@anlin/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BankTemplate, shippedTemplates } from './bank-template.ts';
import { decodeText, encodeText } from './encode-text.ts';
import { readBankResult } from './read-bank-result.ts';
import { type WithholdingFile, writeBankFile } from './write-bank-file.ts';

const [fixedWidth, separated] = shippedTemplates as readonly [BankTemplate, BankTemplate];

const file: WithholdingFile = {
  batchNumber: 'DK20261122001',
  day: '2026-11-22',
  companyAccount: '6222000012345678',
  purpose: '物业费',
  lines: [
    { reference: 'CH-1', accountNumber: '6222020000000000001', accountName: '欧阳思远', amountFen: fen(27_580n) },
    { reference: 'CH-2', accountNumber: '6222020000000000002', accountName: '单于芳', amountFen: fen(5n) },
  ],
};

const textOf = (template: BankTemplate, given: WithholdingFile = file) => {
  const written = writeBankFile(template, given);
  if (!written.isOk) throw new Error(JSON.stringify(written.unfit));
  return decodeText(written.bytes, template.encoding) ?? '';
};

describe('a withholding file', () => {
  it('has lines of the same number of bytes in a fixed-width layout, amounts in fen', () => {
    const written = writeBankFile(fixedWidth, file);
    const details = (written.isOk ? written.bytes.toString('latin1') : '')
      .split('\r\n')
      .filter((line) => line.startsWith('D'));
    expect(details.map((line) => line.length)).toEqual([190, 190]);
    expect(textOf(fixedWidth)).toContain('D0000016222020000000000001');
    expect(textOf(fixedWidth)).toMatch(/欧阳思远 {52}000000000027580CH-1/);
    expect(textOf(fixedWidth)).toMatch(/T000002000000000027585\r\n$/);
  });

  it('has yuan and separators in the other layout', () => {
    expect(textOf(separated).split('\n')).toEqual([
      'DK20261122001|2|275.85|20261122',
      'CH-1|欧阳思远|6222020000000000001|275.80|物业费',
      'CH-2|单于芳|6222020000000000002|0.05|物业费',
      '',
    ]);
  });

  it('is not written when a name does not fit, is no GBK, or would break the line', () => {
    const named = (accountName: string) => ({ ...file, lines: [{ ...file.lines[0]!, accountName }] });
    for (const [template, name] of [
      [fixedWidth, '长'.repeat(31)],
      [fixedWidth, '𠮷野家'],
      [separated, '甲|乙'],
      [separated, '甲\n乙'],
    ] as const) {
      const written = writeBankFile(template, named(name));
      expect(written).toMatchObject({ isOk: false, unfit: [{ line: 1, field: 'accountName' }] });
    }
  });
});

describe('a bank’s answer', () => {
  const answer = 'DK1|2|275.85\nCH-1|62|275.80|S|成功\nCH-2|62|0.05|F01|\n';

  it('says which were paid and why the others were not', () => {
    expect(readBankResult(separated, Buffer.from(answer))).toMatchObject({
      isOk: true,
      batchNumber: 'DK1',
      answers: [
        { reference: 'CH-1', amountFen: 27_580n, isPaid: true, reason: '' },
        { reference: 'CH-2', amountFen: 5n, isPaid: false, reason: '余额不足' },
      ],
    });
  });

  it('of fixed width is read by bytes', () => {
    const lines = textOf(fixedWidth).split('\r\n').slice(1, 3);
    const text = [
      `H${'DK20261122001'.padEnd(20)}20261122`,
      `${lines[0]}0000`,
      `${lines[1]}0001`,
      'T000002000000000027585',
    ];
    const encoded = encodeText(text.join('\r\n'), 'gbk');
    const read = readBankResult(fixedWidth, encoded.isOk ? encoded.bytes : Buffer.alloc(0));
    expect(read).toMatchObject({
      isOk: true,
      batchNumber: 'DK20261122001',
      answers: [
        { reference: 'CH-1', isPaid: true },
        { reference: 'CH-2', isPaid: false, reason: '余额不足' },
      ],
    });
  });

  it('is refused whole when it is cut off, changed, doubled or of another bank', () => {
    for (const [text, word] of [
      ['', '空的'],
      [answer.replace('CH-2|62|0.05|F01|\n', ''), '不完整'],
      [answer.replace('0.05', '0.06'), '总金额'],
      [answer.replace('CH-2', 'CH-1'), '同一笔'],
      [answer.replace('0.05', '五分'), '第 3 行看不懂'],
      ['随便什么', '首行'],
    ] as const) {
      const read = readBankResult(separated, Buffer.from(text));
      expect(read).toMatchObject({ isOk: false });
      expect(read.isOk ? '' : read.message).toContain(word);
    }
    const gbk = encodeText('余额', 'gbk');
    expect(readBankResult(separated, gbk.isOk ? gbk.bytes : Buffer.alloc(0))).toMatchObject({ isOk: false });
  });

  it('never throws, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(fixedWidth, separated), (bytes, template) => {
        expect(typeof readBankResult(template, Buffer.from(bytes)).isOk).toBe('boolean');
      }),
    );
  });
});
