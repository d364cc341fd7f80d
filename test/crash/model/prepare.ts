import { getDeskAccount } from '@anlin/contract';
import { accountKey, type Tender } from './books.ts';
import type { Command } from './commands.ts';
import type { Request, RequestOf } from './operation.ts';
import { query, read, type World } from './world.ts';
import { fenOf, least } from './yuan.ts';

interface View {
  houseId: string;
  /** `fen` with late fee as of the day looked at. */
  bills: { id: string; itemId: string; fen: bigint; lateFeeFen: bigint; isWithBank: boolean }[];
  accounts: { key: string; itemId: string | null; fen: bigint }[];
  deposits: { holder: string; fen: bigint }[];
}

/** A house as the desk shows it; ids of its accounts and deposits go into the notebook. */
async function look(world: World, houseId: string, asOf = world.today): Promise<View> {
  const account = (await read(
    world,
    `${getDeskAccount.path}?targetKind=house&targetId=${houseId}&asOf=${asOf}`,
  )) as unknown as (typeof getDeskAccount)['reply']['_output'];
  const { notebook } = world;
  const accounts = account.prepaid
    .filter((one) => one.targetId === houseId)
    .map((one) => ({ key: accountKey(houseId, one.chargeItemId), ...one }));
  for (const one of accounts) notebook.accountIds.set(one.key, one.id);
  for (const one of account.deposits) notebook.depositIds.set(one.holderName, one.id);
  return {
    houseId,
    bills: account.bills
      .filter((one) => one.targetId === houseId)
      .map((one) => ({
        id: one.id,
        itemId: one.chargeItemId,
        fen: fenOf(one.toPay),
        lateFeeFen: fenOf(one.lateFee),
        isWithBank: one.withheldIn !== '',
      })),
    accounts: accounts.map((one) => ({ key: one.key, itemId: one.chargeItemId, fen: fenOf(one.balance) })),
    deposits: account.deposits.map((one) => ({ holder: one.holderName, fen: fenOf(one.held) })),
  };
}

/** What a receipt received by item, as whoever asks for an invoice sees it. */
async function itemsReceived(world: World, receiptId: string): Promise<{ itemId: string; fen: bigint }[]> {
  const rows = await query<{ item: string; fen: string }>(
    world,
    'select charge_item_id as item, fen::text from receipt_item_received where receipt_id = $1 order by 1',
    [receiptId],
  );
  return rows.map(({ item, fen }) => ({ itemId: item, fen: BigInt(fen) }));
}

/** One of the newest of a list. */
const oneOf = <T>(list: readonly T[], number: number, among = 12): T | undefined =>
  list.at(-1 - (number % Math.max(1, Math.min(list.length, among))));
const dayBefore = (day: string, days: number) => Temporal.PlainDate.from(day).subtract({ days }).toString();
const sum = (list: readonly bigint[]) => list.reduce((total, one) => total + one, 0n);

/** What a command comes to just now; null when there is nothing it could be done to. */
export async function prepare(world: World, command: Command): Promise<Request | null> {
  const { notebook, site, today, company } = world;
  const { name, numbers } = command;
  const [a, b, c] = numbers;
  const houseId = site.houses[a % site.houses.length]!.id;
  const fen = BigInt(100 + (b % 30_000));
  // Some documents are dated back, into days that are perhaps closed.
  const day = c % 3 === 0 ? dayBefore(today, c % 25) : today;
  const key = `model-${name}`;
  const methodId = c % 2 === 0 ? company.methodIds.cash : company.methodIds.wechat;
  switch (command.do) {
    case 'oneOff': {
      const from = ['2026-01-05', '2026-02-10', '2026-03-01'][c % 3]!;
      const to = ['2026-01-20', '2026-03-02', '2026-03-09'][c % 3]!;
      return {
        kind: 'oneOff',
        houseId,
        itemId: company.itemIds.oneOff,
        fen,
        from,
        to,
        dueOn: to,
        key: uuidOf(numbers),
      };
    }
    case 'raise': {
      const months = ['2025-08', '2025-09', '2025-10', '2025-11', '2025-12', '2026-01'];
      const first = b % months.length;
      const houseIds = c % 2 === 0 ? site.houses.map((one) => one.id) : [houseId];
      return { kind: 'raise', houseIds, months: months.slice(first, first + 1 + (a % 3)) };
    }
    case 'pay':
      return pay(world, await look(world, houseId, day), { ...command, key, day, methodId });
    case 'offset': {
      const account = oneOf((await look(world, houseId)).accounts, b);
      return account ? { kind: 'offset', account: account.key, houseId } : null;
    }
    case 'waive': {
      const bill = oneOf((await look(world, houseId)).bills, b);
      const isOfLateFee = c % 3 === 0;
      const owed = bill ? (isOfLateFee ? bill.lateFeeFen : bill.fen - bill.lateFeeFen) : 0n;
      const part = c % 2 === 0 ? owed : (owed * 30n) / 100n;
      return bill && part ? { kind: 'waive', billId: bill.id, fen: part, isOfLateFee, reason: `减免 ${name}` } : null;
    }
    case 'reduce': {
      const bill = oneOf((await look(world, houseId)).bills, b);
      if (!bill) return null;
      const discountFen = c % 3 === 0 ? 0n : least(fen, bill.fen - bill.lateFeeFen);
      const lateFeeWaivedFen = c % 3 === 1 ? 0n : bill.lateFeeFen - bill.lateFeeFen / 3n;
      if (discountFen + lateFeeWaivedFen === 0n) return null;
      return { kind: 'reduce', billId: bill.id, discountFen, lateFeeWaivedFen, reason: `优惠 ${name}` };
    }
    case 'decide': {
      const open = [...notebook.waiting].filter(([, one]) => b % 5 === 0 || !one.isDecided).map(([id]) => id);
      const approvalId = oneOf(open, a, 4);
      return approvalId === undefined ? null : { kind: 'decide', approvalId, isYes: c % 4 !== 0, note: `审批 ${name}` };
    }
    case 'invoice': {
      const receipt = oneOf(notebook.receipts, a, 8);
      const items = receipt ? await itemsReceived(world, receipt.id) : [];
      const item = items[b % Math.max(1, items.length)];
      // All of it, half of it, or more than there is.
      const share = item ? (c % 3 === 0 ? item.fen : item.fen / 2n + (c % 7 === 0 ? item.fen : 1n)) : 0n;
      return share > 0n ? { kind: 'invoice', receiptId: receipt!.id, itemId: item!.itemId, fen: share, key } : null;
    }
    case 'rejectInvoice': {
      const invoiceId = oneOf(notebook.invoiceIds, a);
      return invoiceId === undefined ? null : { kind: 'rejectInvoice', invoiceId, reason: `驳回 ${name}` };
    }
    case 'takeBackWaiver': {
      const waiver = oneOf(notebook.waivers, b);
      return waiver === undefined ? null : { kind: 'takeBackWaiver', waiver, reason: `撤回 ${name}` };
    }
    case 'edit': {
      const billId = oneOf(notebook.billIds, a);
      return billId === undefined ? null : { kind: 'edit', billId, fen, reason: `修改 ${name}` };
    }
    case 'voidBill':
    case 'restoreBill': {
      const list = command.do === 'voidBill' || b % 4 === 0 ? notebook.billIds : notebook.voidedBillIds;
      const billId = oneOf(list, a);
      return billId === undefined ? null : { kind: command.do, billId, reason: `${command.do} ${name}` };
    }
    case 'reverse':
    case 'void':
    case 'restore': {
      const all = notebook.receipts.map((one) => one.id);
      const receiptId = oneOf(command.do === 'restore' && b % 4 > 0 ? notebook.voidedReceiptIds : all, a, 6);
      return receiptId === undefined ? null : { kind: command.do, receiptId, reason: `${command.do} ${name}` };
    }
    case 'refundBills': {
      const receipt = oneOf(
        notebook.receipts.filter((one) => one.bills.length > 0),
        a,
      );
      if (!receipt) return null;
      const whole = b % 2 === 0;
      const back = (paid: bigint) => (whole ? paid : paid - paid / 3n);
      // Late fee is given back with the principal, or not, or alone.
      const bills = receipt.bills.map((one) => ({
        id: one.id,
        fen: c % 5 === 0 && one.lateFeeFen > 0n ? 0n : back(one.fen),
        lateFeeFen: c % 5 === 1 ? 0n : back(one.lateFeeFen),
      }));
      if (sum(bills.map((one) => one.fen + one.lateFeeFen)) === 0n) return null;
      return {
        kind: 'refundBills',
        receiptId: receipt.id,
        bills,
        methodId: a % 3 === 0 ? null : methodId,
        isWaived: b % 3 === 0 && bills.some((one) => one.fen > 0n),
        // Not before the money came.
        day: today,
        reason: `退款 ${name}`,
        key,
      };
    }
    case 'refundPrepaid':
    case 'movePrepaid': {
      const account = oneOf((await look(world, houseId)).accounts, b);
      if (!account || account.fen === 0n) return null;
      const part = c % 2 === 0 ? account.fen : account.fen - account.fen / 2n;
      if (command.do === 'refundPrepaid')
        return { kind: 'refundPrepaid', account: account.key, fen: part, methodId, day, key };
      const toHouseId = site.houses[(a + 1) % site.houses.length]!.id;
      return { kind: 'movePrepaid', account: account.key, toHouseId, fen: part, reason: `转存 ${name}` };
    }
    case 'refundDeposit':
    case 'keepDeposit':
    case 'forfeitDeposit': {
      const deposit = oneOf((await look(world, houseId)).deposits, b);
      if (!deposit || deposit.fen === 0n) return null;
      const part = c % 2 === 0 ? deposit.fen : deposit.fen - deposit.fen / 2n;
      if (command.do === 'refundDeposit')
        return { kind: 'refundDeposit', holder: deposit.holder, fen: part, methodId, day, key };
      return { kind: command.do, holder: deposit.holder, fen: part, reason: `${command.do} ${name}` };
    }
    default:
      return office(world, command);
  }
}

function office(world: World, command: Command): Request | null {
  const { notebook, today, site } = world;
  const { name, numbers } = command;
  const [a, b, c] = numbers;
  // Houses that are charged ahead do not change hands here: that would divide their bills.
  const [ahead, handed] = [site.houses.slice(0, 2), site.houses.slice(2)].map((list) => list[a % 2]!.id);
  if (command.do === 'advance')
    return { kind: 'advance', houseId: ahead!, monthTo: ['2026-03', '2026-04', '2026-06'][b % 3]! };
  if (command.do === 'offsetAll') return { kind: 'offsetAll' };
  if (command.do === 'makeBatch') return bank(world, command);
  if (command.do === 'price') {
    const startsOn = ['2025-07-01', '2025-09-01', '2025-10-01', '2025-11-01', '2026-01-01'][a % 5]!;
    return { kind: 'price', startsOn, fen: BigInt(150 + (b % 400)) };
  }
  if (command.do === 'handOver') {
    const { occupancyId, since } = notebook.owners.get(handed!)!;
    const first = Temporal.PlainDate.from(since < '2026-02-02' ? '2026-02-02' : since).add({ days: 1 + (b % 4) });
    const day = first.toString();
    const arrears = (['stay', 'takeOver', 'mustBePaid'] as const)[c % 3]!;
    return day > today ? null : { kind: 'handOver', houseId: handed!, occupancyId, day, arrears, note: `过户 ${name}` };
  }
  if (command.do === 'close') {
    if (c % 4 === 0)
      return { kind: 'close', closing: 'month', lastDay: ['2025-12-31', '2026-01-31', '2026-02-28'][b % 3]! };
    return { kind: 'close', closing: 'day', lastDay: dayBefore(today, 1 + (b % 20)) };
  }
  const closingId = oneOf(notebook.closingIds, b, 3);
  return closingId === undefined ? null : { kind: 'reopen', closingId, reason: `反结 ${name}` };
}

/** What is with the bank comes back, or is not sent at all; if nothing is, something is sent. */
function bank({ notebook, site }: World, { name, numbers: [a, b] }: Command): Request {
  const [batchId, batch] = [...notebook.batches].find(([, one]) => one.isOpen) ?? [];
  if (batchId === undefined) return { kind: 'makeBatch', agreedHouseIds: site.agreedHouseIds };
  if (a % 5 === 0) return { kind: 'cancelBatch', batchId, reason: `取消 ${name}` };
  const paid = batch!.lines.map((_, place) => (b >> place) % 4 !== 0);
  return { kind: 'answerBatch', batchId, paid, key: `answer-${name}` };
}

/** Some bills in whole or in part, with a discount, prepaid, a deposit or other income, by money and out of what is held. */
function pay(
  { company }: World,
  view: View,
  { name, numbers, key, day, methodId }: Command & { key: string; day: string; methodId: string },
): Request {
  const [, b, c, d] = numbers;
  // Nobody takes money for what is with the bank, or nearly so.
  const free = view.bills.filter((one) => !one.isWithBank || d % 6 === 0);
  const first = c % Math.max(1, free.length);
  const chosen = free.slice(first, first + (b % 4));
  const bills = chosen.map((bill, place) => {
    const principalFen = bill.fen - bill.lateFeeFen;
    const discountFen = d % 5 === 0 && place === 0 && principalFen > 50n ? BigInt(1 + (d % 49)) : 0n;
    const lateFeeWaivedFen = d % 4 === 2 ? bill.lateFeeFen - bill.lateFeeFen / BigInt(1 + (d % 3)) : 0n;
    const most = bill.fen - discountFen - lateFeeWaivedFen;
    const part = (most * 37n) / 100n;
    const payFen = c % 3 === 0 && place === chosen.length - 1 && part > 0n ? part : most;
    return { id: bill.id, expectedFen: bill.fen, lateFeeFen: bill.lateFeeFen, discountFen, lateFeeWaivedFen, payFen };
  });
  const wantsTopUp = bills.length === 0 || d % 4 === 1;
  const topUp = wantsTopUp ? topUpOf(company, c, d) : null;
  const deposit = d % 7 === 2 ? { holder: `押金人 ${name}`, fen: BigInt(1000 + (c % 9_000)) } : null;
  const incomeFen = d % 11 === 3 ? BigInt(300 + (c % 900)) : 0n;
  const tenders = draws(company, view, { chosen, bills, numbers });
  const moneyFen =
    sum(bills.map((one) => one.payFen)) +
    (topUp?.fen ?? 0n) +
    (deposit?.fen ?? 0n) +
    incomeFen -
    sum(tenders.map((one) => one.fen));
  const halfFen = d % 6 === 0 ? moneyFen / 2n : 0n;
  const other = methodId === company.methodIds.cash ? company.methodIds.wechat : company.methodIds.cash;
  for (const [method, part] of [
    [methodId, moneyFen - halfFen],
    [other, halfFen],
  ] as const)
    if (part > 0n) tenders.push({ methodId: method, source: 'money', fen: part, from: null });
  return { kind: 'pay', houseId: view.houseId, bills, topUp, deposit, incomeFen, tenders, day, key };
}

/** Any sum, or a package with something on top. */
function topUpOf(company: World['company'], c: number, d: number): RequestOf<'pay'>['topUp'] {
  const sold = company.packages[c % 4];
  if (sold) return { itemId: sold.itemId, fen: sold.fen, packageId: sold.id, bonusFen: sold.bonusFen };
  const itemId = d % 3 === 0 ? company.itemIds.fee : null;
  return { itemId, fen: BigInt(500 + (c % 40_000)), packageId: null, bonusFen: 0n };
}

/** Out of one prepaid account and one deposit, never more than they may pay. */
function draws(
  company: World['company'],
  view: View,
  { chosen, bills, numbers }: { chosen: View['bills']; bills: { payFen: bigint }[]; numbers: Command['numbers'] },
): Tender[] {
  const [, b, c, d] = numbers;
  const tenders: Tender[] = [];
  const account = b % 3 === 1 ? oneOf(view.accounts, c) : undefined;
  const payable = (itemId: string | null) =>
    sum(bills.flatMap((one, place) => (itemId === null || chosen[place]!.itemId === itemId ? [one.payFen] : [])));
  const fromAccount = account ? least(account.fen, payable(account.itemId)) : 0n;
  if (account && fromAccount > 0n)
    tenders.push({ methodId: company.methodIds.prepaid, source: 'prepaid', fen: fromAccount, from: account.key });
  const deposit = d % 6 === 4 ? oneOf(view.deposits, c) : undefined;
  const fromDeposit = deposit ? least(deposit.fen, payable(null) - fromAccount) : 0n;
  if (deposit && fromDeposit > 0n)
    tenders.push({ methodId: company.methodIds.deposit, source: 'deposit', fen: fromDeposit, from: deposit.holder });
  return tenders;
}

/** A uuid that the numbers tell; it is the key of a one-off charge. */
function uuidOf(numbers: readonly number[]): string {
  const [a, b, c, d] = numbers.map((one) => one.toString(16).padStart(8, '0'));
  return `${a}-${b!.slice(4)}-4${c!.slice(5)}-8${d!.slice(5)}-${(c! + d!).slice(4)}`;
}
