import type { ReceiptSlip } from '../cashier/index.ts';

/** What every paper of a receipt says at its head, with its marks 补打 and 已撤销. */
export function slipHead(slip: ReceiptSlip, reprints: ReadonlySet<string>): Record<string, string> {
  const marks = [...(reprints.has(slip.id) ? ['补打'] : []), ...(slip.state === 'reversed' ? ['已撤销'] : [])];
  return {
    companyName: slip.companyName,
    communityName: slip.communityName,
    servicePhone: slip.servicePhone,
    mark: marks.join(' '),
    number: slip.number,
    houseName: slip.targetName,
    payerName: slip.payerName,
    receivedOn: slip.receivedOn,
    cashierName: slip.cashierName,
  };
}
