/** A line of a voucher as far as it says which part of the journal it sums up. Debit positive, with its tax. */
export interface SummedLine {
  account: string;
  summary: string;
  grossFen: bigint;
}

/** A part of the journal in a voucher: an account, and the item or way of paying it was kept by. Debit positive. */
export interface VoucherPart {
  account: string;
  /** Of the item or the way of paying; empty where it has neither. */
  name: string;
  chargeItemId: string | null;
  paymentMethodId: string | null;
  amountFen: bigint;
}

/**
 * Which parts each line of a voucher sums up, so that the documents behind a line can be shown. A line that stands alone for its
 * account has them all; of several, one that names an item or a way of paying at its end has that part, and the last one has the
 * rest. Null where the sums say that it is not so, as with lines kept by house: then the account as a whole is all that can be shown.
 */
export function partsOfLines(
  lines: readonly SummedLine[],
  parts: readonly VoucherPart[],
): (readonly VoucherPart[] | null)[] {
  const found = new Map<SummedLine, readonly VoucherPart[]>();
  for (const [account, ones] of Map.groupBy(lines, (line) => line.account)) {
    let left = parts.filter((part) => part.account === account);
    const unnamed: SummedLine[] = [];
    for (const line of ones) {
      const own = left.filter(
        ({ name, amountFen }) => name !== '' && line.summary.endsWith(` ${name}`) && amountFen === line.grossFen,
      );
      if (ones.length === 1 || own.length !== 1) unnamed.push(line);
      else {
        found.set(line, own);
        left = left.filter((part) => part !== own[0]);
      }
    }
    const [rest] = unnamed;
    if (rest && unnamed.length === 1 && left.reduce((sum, part) => sum + part.amountFen, 0n) === rest.grossFen)
      found.set(rest, left);
  }
  return lines.map((line) => found.get(line) ?? null);
}
