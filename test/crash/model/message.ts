import * as contract from '@anlin/contract';
import type { Request, RequestOf } from './operation.ts';
import { call, query, upload, type World } from './world.ts';
import { yuanOf } from './yuan.ts';

export interface Message {
  endpoint: { method: string; path: string };
  /** Of another person than the usual one. */
  cookie?: string;
  params?: Record<string, string>;
  body: object;
}

/** What goes over the wire. */
export async function messageOf(world: World, request: Request): Promise<Message> {
  const { site, company, notebook } = world;
  const { communityId } = site;
  switch (request.kind) {
    case 'oneOff': {
      const { houseId, itemId, fen, from, to, dueOn, key } = request;
      const price = { by: 'amount', amount: yuanOf(fen) };
      const target = { targetKind: 'house', targetId: houseId, chargeItemId: itemId };
      return {
        endpoint: contract.chargeOneOff,
        body: { ...target, price, periodFrom: from, periodTo: to, dueOn, key },
      };
    }
    case 'raise': {
      const [monthFrom, monthTo] = [request.months[0], request.months.at(-1)];
      const order = { communityId, chargeItemIds: [company.itemIds.fee], monthFrom, monthTo };
      return { endpoint: contract.raiseBills, body: { ...order, targetIds: request.houseIds } };
    }
    case 'pay':
      return { endpoint: contract.takePayment, body: paymentOf(world, request) };
    case 'advance':
      return {
        endpoint: contract.chargeAdvance,
        body: { targetKind: 'house', targetId: request.houseId, monthTo: request.monthTo },
      };
    case 'decide':
      return {
        endpoint: request.isYes ? contract.approveApproval : contract.rejectApproval,
        params: { id: request.approvalId },
        body: { level: 1, note: request.note },
        cookie: world.deciderCookie(),
      };
    case 'makeBatch': {
      const choice = { communityId, bankTemplateId: company.bankTemplateId, chargeItemIds: [], monthTo: '2026-12' };
      return { endpoint: contract.makeWithholding, body: { ...choice, bankAccountId: null } };
    }
    case 'answerBatch':
      return {
        endpoint: contract.readWithholdingResult,
        params: { id: request.batchId },
        body: { fileId: await uploadAnswer(world, request), receivedOn: world.today },
      };
    case 'cancelBatch':
      return {
        endpoint: contract.cancelWithholding,
        params: { id: request.batchId },
        body: { reason: request.reason },
      };
    case 'invoice': {
      const { receiptId, itemId, fen, key } = request;
      const lines = [{ receiptId, chargeItemId: itemId, amount: yuanOf(fen) }];
      const buyer = { kind: 'person', name: '崔春涛' };
      return { endpoint: contract.requestInvoice, body: { kind: 'normal', lines, buyer, idempotencyKey: key } };
    }
    case 'rejectInvoice':
      return {
        endpoint: contract.reviewInvoice,
        params: { id: request.invoiceId },
        body: { decision: 'reject', reason: request.reason },
      };
    case 'offsetAll':
      return { endpoint: contract.offsetCommunity, body: { communityId, bills: 'all' } };
    case 'bookLine':
      throw new Error('nobody sends it');
    case 'offset':
      return {
        endpoint: contract.offsetTarget,
        params: { id: notebook.accountIds.get(request.account)! },
        body: { bills: 'all' },
      };
    case 'waive': {
      const [principal, lateFee] = request.isOfLateFee ? ['0', yuanOf(request.fen)] : [yuanOf(request.fen), '0'];
      const lines = [{ billId: request.billId, principal, lateFee }];
      return { endpoint: contract.waiveBills, body: { lines, reason: request.reason } };
    }
    case 'reduce': {
      const { billId: id, discountFen, lateFeeWaivedFen, reason } = request;
      const given = { discount: yuanOf(discountFen), lateFeeWaived: yuanOf(lateFeeWaivedFen) };
      return { endpoint: contract.reduceBills, body: { bills: [{ id, ...given }], reason } };
    }
    case 'takeBackWaiver': {
      const [reason = '', billId = ''] = request.waiver.split('|');
      const [row] = await query<{ id: string }>(
        world,
        "select id from bill_reduction where bill_id = $1 and reason = $2 and amount_fen > 0 and kind <> 'discount'",
        [billId, reason],
      );
      return { endpoint: contract.takeBackWaiver, params: { id: row!.id }, body: { reason: request.reason } };
    }
    case 'edit': {
      const body = { amount: yuanOf(request.fen), reason: request.reason };
      return { endpoint: contract.editBill, params: { id: request.billId }, body };
    }
    case 'voidBill':
      return { endpoint: contract.voidBills, body: { ids: [request.billId], reason: request.reason } };
    case 'restoreBill':
      return { endpoint: contract.restoreBills, body: { ids: [request.billId], reason: request.reason } };
    case 'reverse':
    case 'void':
    case 'restore': {
      const endpoints = {
        reverse: contract.reverseReceipt,
        void: contract.voidReceipt,
        restore: contract.restoreReceipt,
      };
      const { reason, receiptId: id } = request;
      return { endpoint: endpoints[request.kind], params: { id }, body: { reason } };
    }
    case 'refundBills':
    case 'refundPrepaid':
    case 'refundDeposit':
      return { endpoint: contract.takeRefund, body: refundOf(world, request) };
    case 'movePrepaid':
    case 'keepDeposit':
    case 'forfeitDeposit':
      return holdingMessage(world, request);
    case 'price':
      return {
        endpoint: contract.addStandardPrice,
        params: { id: site.standardId },
        body: { startsOn: request.startsOn, price: yuanOf(request.fen) },
      };
    case 'handOver': {
      const { houseId, occupancyId, day, arrears, note } = request;
      const newOwners = [{ name: `业主 ${note}` }];
      const body = { handedOverOn: day, newOwners, leavingOccupancyIds: [occupancyId], arrears, note };
      return { endpoint: contract.handOverHouse, params: { id: houseId }, body };
    }
    case 'close': {
      const { closing: kind, lastDay } = request;
      const looked = `${contract.previewBookClosing.path}?communityId=${communityId}&kind=${kind}&lastDay=${lastDay}`;
      // What may not be closed has no figures either, and is refused for the same reason.
      const { body } = await call(world, 'GET', looked);
      return {
        endpoint: contract.closeBooks,
        body: { communityId, kind, lastDay, expectedHash: String(body.hash ?? '') },
      };
    }
    case 'reopen':
      return { endpoint: contract.reopenBooks, params: { id: request.closingId }, body: { reason: request.reason } };
  }
}

/** The bank's file of what it took and what not, as its template says. */
async function uploadAnswer(world: World, { batchId, paid }: RequestOf<'answerBatch'>): Promise<string> {
  const { lines } = world.notebook.batches.get(batchId)!;
  const total = lines.reduce((sum, line) => sum + line.fen, 0n);
  const number = lines[0]!.reference.split('-')[0];
  const texts = lines.map(({ reference, fen }, place) => `${reference}||${yuanOf(fen)}|${paid[place] ? 'S' : 'F01'}|`);
  return upload(world, [`${number}|${lines.length}|${yuanOf(total)}`, ...texts, ''].join('\n'), '回盘.txt');
}

function holdingMessage(
  { notebook }: World,
  request: RequestOf<'movePrepaid' | 'keepDeposit' | 'forfeitDeposit'>,
): Message {
  const [amount, { reason }] = [yuanOf(request.fen), request];
  if (request.kind === 'movePrepaid') {
    const to = { targetKind: 'house', targetId: request.toHouseId, chargeItemId: null };
    const params = { id: notebook.accountIds.get(request.account)! };
    return { endpoint: contract.movePrepaidMoney, params, body: { ...to, amount, reason } };
  }
  const params = { id: notebook.depositIds.get(request.holder)! };
  return request.kind === 'keepDeposit'
    ? { endpoint: contract.keepDeposit, params, body: { amount, reason, chargeItemId: null } }
    : { endpoint: contract.forfeitDeposit, params, body: { amount, reason } };
}

function topUpOf({ itemId, fen, packageId }: NonNullable<RequestOf<'pay'>['topUp']>): object {
  return { chargeItemId: itemId, amount: yuanOf(fen), ...(packageId === null ? {} : { packageId }) };
}

function paymentOf({ site, company, notebook }: World, request: RequestOf<'pay'>): object {
  const { houseId, bills, topUp, deposit, incomeFen, tenders, day, key } = request;
  const target = { targetKind: 'house', targetId: houseId };
  return {
    communityId: site.communityId,
    ...target,
    bills: bills.map(({ id, expectedFen, discountFen, lateFeeWaivedFen, payFen }) => ({
      id,
      expected: yuanOf(expectedFen),
      pay: yuanOf(payFen),
      ...(discountFen > 0n ? { discounts: [{ amount: yuanOf(discountFen) }] } : {}),
      ...(lateFeeWaivedFen > 0n ? { lateFeeWaived: yuanOf(lateFeeWaivedFen) } : {}),
    })),
    ...(bills.some((one) => one.discountFen + one.lateFeeWaivedFen > 0n) ? { reductionReason: '老业主' } : {}),
    ...(topUp ? { topUps: [{ ...target, ...topUpOf(topUp) }] } : {}),
    ...(deposit
      ? {
          deposits: [
            {
              chargeItemId: company.itemIds.deposit,
              amount: yuanOf(deposit.fen),
              holderName: deposit.holder,
              note: '',
            },
          ],
        }
      : {}),
    ...(incomeFen > 0n
      ? { incomes: [{ chargeItemId: company.itemIds.oneOff, amount: yuanOf(incomeFen), description: '摊位' }] }
      : {}),
    expectedTotal: yuanOf(tenders.reduce((sum, one) => sum + one.fen, 0n)),
    tenders: tenders.map(({ methodId, source, fen, from }) => ({
      paymentMethodId: methodId,
      amount: yuanOf(fen),
      ...(source === 'prepaid' ? { prepaidAccountId: notebook.accountIds.get(from!) } : {}),
      ...(source === 'deposit' ? { depositId: notebook.depositIds.get(from!) } : {}),
    })),
    receivedOn: day,
    note: '补录',
    idempotencyKey: key,
  };
}

function refundOf(
  { company, notebook }: World,
  request: RequestOf<'refundBills' | 'refundPrepaid' | 'refundDeposit'>,
): object {
  const common = { refundedOn: request.day, idempotencyKey: request.key };
  if (request.kind === 'refundBills') {
    const { receiptId, bills, isWaived, reason } = request;
    const paymentMethodId = request.methodId ?? company.methodIds.prepaid;
    const amount = yuanOf(bills.reduce((sum, one) => sum + one.fen + one.lateFeeFen, 0n));
    return {
      ...common,
      receiptId,
      lines: {
        bills: bills.map(({ id, fen, lateFeeFen }) => ({
          billId: id,
          principal: yuanOf(fen),
          lateFee: yuanOf(lateFeeFen),
        })),
      },
      tenders: [{ paymentMethodId, amount }],
      reason,
      afterwards: isWaived ? 'waive' : 'owesAgain',
    };
  }
  const amount = yuanOf(request.fen);
  const lines =
    request.kind === 'refundPrepaid'
      ? { prepaid: [{ prepaidAccountId: notebook.accountIds.get(request.account), amount }] }
      : { deposits: [{ depositId: notebook.depositIds.get(request.holder), amount }] };
  return {
    ...common,
    receiptId: null,
    lines,
    tenders: [{ paymentMethodId: request.methodId, amount }],
    reason: '退还',
  };
}
