import { accountingFail } from '@anlin/contract';
import { encodeText } from '../banking/index.ts';
import type { FileLine } from './voucher-file.ts';

/**
 * The text that 用友 U8 and T+ take in through 总账工具 (docs/manual/vouchers.md describes its columns): a first line `填制凭证,V800`, then one line for each
 * entry, fields separated by commas, CR LF, GBK. What follows the last field we fill may be left out. Throws
 * voucher.unknownCharacter (422) for a character GBK does not have.
 */
export function writeYonyouFile(lines: readonly FileLine[]): Buffer {
  const texts = ['填制凭证,V800', ...lines.map((line) => fieldsOf(line).map(oneField).join(','))];
  for (const text of texts) {
    const encoded = encodeText(text, 'gbk');
    if (!encoded.isOk) throw accountingFail('voucher.unknownCharacter', { text, character: encoded.unknown });
  }
  const whole = encodeText(`${texts.join('\r\n')}\r\n`, 'gbk');
  if (!whole.isOk) throw new Error('every line was encoded before');
  return whole.bytes;
}

/** A comma would begin another field and a line break another entry. */
const oneField = (text: string) => text.replaceAll(',', '，').replaceAll(/[\r\n"]/g, ' ');

function fieldsOf(line: FileLine): string[] {
  return [
    line.day,
    '记',
    String(line.number),
    '0',
    line.summary,
    line.code,
    line.debit ?? '0.00',
    line.credit ?? '0.00',
    '', // quantity
    '', // foreign currency
    '', // exchange rate
    line.preparer,
    '', // way of settling
    '', // number of the bill of exchange
    '', // its date
    line.departmentCode,
    '', // person
    line.customerCode,
    '', // supplier
    '', // salesperson
    line.projectCode,
  ];
}
