import { cashierFail, platformFail } from '@anlin/contract';
import { type Fen, formatYuan, maxFen, parseYuan, subtractFen, sumFen, zeroFen } from '@anlin/money';
import type { Desk, DeskMethod } from './desk.queries.ts';
import type { PaymentInput } from './payment-input.ts';

/** One way of paying that was used, with what an offset draws on. */
export interface CountedTender {
  paymentMethodId: string;
  amountFen: Fen;
  reference: string;
  source: DeskMethod['source'];
  prepaidAccountId: string | null;
  depositId: string | null;
}

/** Money handed over, in fen, after it was found to add up. */
export interface Counted {
  totalFen: Fen;
  /** The part of the total that is for bills. */
  billsFen: Fen;
  tenders: CountedTender[];
  cashTenderedFen: Fen;
  changeFen: Fen;
}

type BillInput = PaymentInput['bills'][number];

/** What one bill is to be paid now, as it was asked for: `pay`, or all that its reductions leave. */
export function askedFen(bill: BillInput): Fen {
  if (bill.pay !== undefined) return parseYuan(bill.pay);
  return maxFen(zeroFen, subtractFen(parseYuan(bill.expected), reducedFen(bill)));
}

/** What is taken off one bill by this receipt. */
export function reducedFen(bill: BillInput): Fen {
  return sumFen([...(bill.discounts ?? []).map((one) => parseYuan(one.amount)), parseYuan(bill.lateFeeWaived ?? '0')]);
}

/** Lines, total, tenders and cash must add up before anything is locked. `paysIncome`: offsets may pay other income too. */
export function countMoney(input: PaymentInput, desk: Desk, paysIncome = false): Counted {
  const totalFen = parseYuan(input.expectedTotal);
  const { billsTotal, topUps = [], deposits = [], incomes = [] } = input;
  const billsFen = billsTotal === undefined ? sumFen(input.bills.map(askedFen)) : parseYuan(billsTotal);
  const linesFen = sumFen([billsFen, ...[...topUps, ...deposits, ...incomes].map((line) => parseYuan(line.amount))]);
  if (linesFen !== totalFen)
    throw cashierFail('receipt.totalMismatch', { bills: formatYuan(linesFen), total: formatYuan(totalFen) });
  if (totalFen === zeroFen) throw cashierFail('receipt.empty');
  const tenders = readTenders(input, desk);
  const tendersFen = sumFen(tenders.map((one) => one.amountFen));
  if (tendersFen !== totalFen)
    throw cashierFail('receipt.tendersMismatch', { tenders: formatYuan(tendersFen), total: formatYuan(totalFen) });
  const offsetsFen = sumFen(tenders.filter((one) => one.source !== 'money').map((one) => one.amountFen));
  const mostFen = paysIncome ? sumFen([billsFen, ...incomes.map((line) => parseYuan(line.amount))]) : billsFen;
  if (offsetsFen > mostFen)
    throw cashierFail('receipt.offsetAboveBills', { offsets: formatYuan(offsetsFen), bills: formatYuan(billsFen) });
  return { totalFen, billsFen, tenders, ...countCash(input, desk, tenders) };
}

function readTenders(input: PaymentInput, desk: Desk): CountedTender[] {
  const tenders = input.tenders.filter((one) => parseYuan(one.amount) > zeroFen);
  return tenders.map(({ paymentMethodId, amount, reference, prepaidAccountId = null, depositId = null }) => {
    const method = desk.methods.get(paymentMethodId.toLowerCase());
    if (!method) throw platformFail('reference.notFound', { label: '支付方式' });
    const { source, name } = method;
    if ((source === 'prepaid') !== (prepaidAccountId !== null) || (source === 'deposit') !== (depositId !== null))
      throw cashierFail('receipt.offsetSource', { method: name });
    return {
      paymentMethodId,
      amountFen: parseYuan(amount),
      reference,
      source,
      prepaidAccountId: prepaidAccountId?.toLowerCase() ?? null,
      depositId: depositId?.toLowerCase() ?? null,
    };
  });
}

function countCash(
  input: PaymentInput,
  desk: Desk,
  tenders: readonly CountedTender[],
): Pick<Counted, 'cashTenderedFen' | 'changeFen'> {
  const cash = tenders.filter((one) => desk.methods.get(one.paymentMethodId.toLowerCase())?.isCash === true);
  const cashFen = sumFen(cash.map((one) => one.amountFen));
  const cashTenderedFen = input.cashTendered === undefined ? cashFen : parseYuan(input.cashTendered);
  if (cashFen === zeroFen && cashTenderedFen > zeroFen) throw cashierFail('receipt.cashWithoutTender');
  if (cashTenderedFen < cashFen)
    throw cashierFail('receipt.cashShort', { tendered: formatYuan(cashTenderedFen), cash: formatYuan(cashFen) });
  return { cashTenderedFen, changeFen: subtractFen(cashTenderedFen, cashFen) };
}
