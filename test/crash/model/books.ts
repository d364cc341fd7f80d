/**
 * The model's books: plain records by id, every amount a whole number of fen. Nothing of the product computes here. What is
 * put down can be taken back, so that an order of commands can be tried.
 */

export interface Bill {
  id: string;
  houseId: string;
  itemId: string;
  /** Half-open; ISO days. */
  from: string;
  to: string;
  dueOn: string;
  /** Raised by a binding: one stands for each house and month. One-off charges are as many as one likes. */
  isBound: boolean;
  receivableFen: bigint;
  discountFen: bigint;
  waivedFen: bigint;
  receivedFen: bigint;
  refundedFen: bigint;
  lateFeeReceivedFen: bigint;
  lateFeeWaivedFen: bigint;
  /** What lowered the principal that late fee runs on, and from the day after which; negative where it went back. */
  lowered: readonly Lowering[];
  /** The batch by which a bank is taking its money just now. */
  withheldIn: string | null;
  /** In the recycle bin: by itself, or with this receipt. */
  voidedBy: 'itself' | { receiptId: string } | null;
  /** It stays with an owner who left, so prepaid of the house no longer pays it by itself. */
  isFormerOwners: boolean;
}

export interface Lowering {
  day: string;
  fen: bigint;
  /** The receipt it came with, or the words only its command used. */
  by: string;
}

export interface Tender {
  methodId: string;
  source: 'money' | 'prepaid' | 'deposit';
  fen: bigint;
  /** Account or deposit it draws on; null for money. */
  from: string | null;
}

/** What a receipt did to one bill. */
export interface PaidBill {
  id: string;
  principalFen: bigint;
  lateFeeFen: bigint;
  discountFen: bigint;
  lateFeeWaivedFen: bigint;
}

export interface Receipt {
  id: string;
  number: string;
  houseId: string;
  day: string;
  bills: PaidBill[];
  /** `bonusFen` was given on top by a package. */
  topUp: { account: string; fen: bigint; bonusFen: bigint } | null;
  deposit: { holder: string; fen: bigint } | null;
  income: { itemId: string; fen: bigint } | null;
  /** `bonusFen`: of what was drawn from prepaid, the part that had been given; never above zero. */
  tenders: (Tender & { bonusFen: bigint })[];
  state: 'valid' | 'reversed' | 'voided';
  /** Given back so far, principal and late fee by bill; and how much of it by money. */
  refundedFen: Record<string, bigint>;
  refundedLateFeeFen: Record<string, bigint>;
  refundedMoneyFen: bigint;
  /** What went back into prepaid accounts, and how much of it as given. */
  refundedInto: Record<string, bigint>;
  refundedBonusFen: bigint;
  isRefunded: boolean;
}

/** A prepaid account, by house and item; general without an item. */
export interface Account {
  key: string;
  houseId: string;
  itemId: string | null;
  fen: bigint;
  /** The part that was given and not paid: used last, and never paid out. */
  bonusFen: bigint;
}

/** A deposit, by the name of who gave it, which a test gives once only. */
export interface Deposit {
  holder: string;
  houseId: string;
  takenFen: bigint;
  heldFen: bigint;
  forfeitedFen: bigint;
  isReversed: boolean;
}

export interface Waiver {
  /** Its reason and its bill. */
  name: string;
  billId: string;
  fen: bigint;
  isOfLateFee: boolean;
  isTakenBack: boolean;
}

/** A waiver that waits for a yes, and how its bill stood when it was asked for. */
export interface Waiting {
  approvalId: string;
  billId: string;
  fen: bigint;
  isOfLateFee: boolean;
  reason: string;
  receivableFen: bigint;
  outstandingFen: bigint;
  isDecided: boolean;
}

/** What a bank is asked to take by one agreement. */
export interface BatchLine {
  reference: string;
  houseId: string;
  fen: bigint;
  bills: { id: string; principalFen: bigint; lateFeeFen: bigint }[];
  isPaid: boolean;
  receiptId: string | null;
}

export interface Batch {
  id: string;
  state: 'ready' | 'answered' | 'cancelled';
  lines: BatchLine[];
}

/** What of a receipt is asked to be invoiced; it counts until it is rejected. */
export interface Invoice {
  id: string;
  receiptId: string;
  itemId: string;
  fen: bigint;
  isHeld: boolean;
}

export interface Closing {
  id: string;
  kind: 'day' | 'month';
  lastDay: string;
  place: number;
  isReopened: boolean;
}

/** What something costs for a square metre and month from a day on. */
export interface Price {
  startsOn: string;
  fen: bigint;
  /** The command it came with; null from the beginning. */
  opId: number | null;
}

/** What a key of a client stands for since it was used. */
export interface UsedKey {
  key: string;
  id: string;
  number: string;
  fen: bigint;
}

/** Money of one method on one business day, less what went back. */
export interface DayMoney {
  key: string;
  methodId: string;
  day: string;
  fen: bigint;
}

/** Late fee of one business day, less what went back. */
export interface DayLateFee {
  day: string;
  fen: bigint;
}

export interface House {
  id: string;
  /** Hundredths of a square metre. */
  area: bigint;
  occupancyId: string;
}

interface Count {
  name: 'receipt' | 'refund' | 'closing';
  last: number;
}

export interface Table<Row> {
  get(id: string): Row | undefined;
  put(row: Row): void;
  rows(): Row[];
}

export interface Books {
  houses: Table<House>;
  bills: Table<Bill>;
  receipts: Table<Receipt>;
  accounts: Table<Account>;
  deposits: Table<Deposit>;
  waivers: Table<Waiver>;
  waiting: Table<Waiting>;
  batches: Table<Batch>;
  invoices: Table<Invoice>;
  closings: Table<Closing>;
  prices: Table<Price>;
  keys: Table<UsedKey>;
  dayMoney: Table<DayMoney>;
  dayLateFee: Table<DayLateFee>;
  counts: Table<Count>;
  /** A point to come back to. */
  mark(): number;
  /** Takes back everything put down since the mark. */
  rewind(mark: number): void;
  /** The same for the same content, however it came about. */
  fingerprint(): string;
}

export function createBooks(): Books {
  const trail: (() => void)[] = [];
  let print = 0n;
  const table = <Row>(name: string, idOf: (row: Row) => string): Table<Row> => {
    const rows = new Map<string, Row>();
    const printOf = (row: Row | undefined) => (row === undefined ? 0n : hash(`${name} ${textOf(row)}`));
    const set = (id: string, row: Row | undefined) => {
      print ^= printOf(rows.get(id)) ^ printOf(row);
      if (row === undefined) rows.delete(id);
      else rows.set(id, row);
    };
    return {
      get: (id) => rows.get(id),
      put(row) {
        const id = idOf(row);
        const before = rows.get(id);
        trail.push(() => set(id, before));
        set(id, row);
      },
      rows: () => [...rows.values()],
    };
  };
  return {
    houses: table('house', (row) => row.id),
    bills: table('bill', (row) => row.id),
    receipts: table('receipt', (row) => row.id),
    accounts: table('account', (row) => row.key),
    deposits: table('deposit', (row) => row.holder),
    waivers: table('waiver', (row) => row.name),
    waiting: table('waiting', (row) => row.approvalId),
    batches: table('batch', (row) => row.id),
    invoices: table('invoice', (row) => row.id),
    closings: table('closing', (row) => row.id),
    prices: table('price', (row) => row.startsOn),
    keys: table('key', (row) => row.key),
    dayMoney: table('dayMoney', (row) => row.key),
    dayLateFee: table('dayLateFee', (row) => row.day),
    counts: table('count', (row) => row.name),
    mark: () => trail.length,
    rewind(mark) {
      while (trail.length > mark) trail.pop()!();
    },
    fingerprint: () => print.toString(36),
  };
}

const textOf = (row: unknown) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));

/** FNV-1a of 64 bits. */
function hash(text: string): bigint {
  let value = 0xcbf29ce484222325n;
  for (let at = 0; at < text.length; at++)
    value = BigInt.asUintN(64, (value ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n);
  return value;
}

export const accountKey = (houseId: string, itemId: string | null) => `${houseId} ${itemId ?? 'general'}`;

export function outstandingOf(bill: Bill): bigint {
  if (bill.voidedBy !== null) return 0n;
  return bill.receivableFen - bill.discountFen - bill.waivedFen - bill.receivedFen + bill.refundedFen;
}

export function accountOf(books: Books, houseId: string, itemId: string | null): Account {
  const key = accountKey(houseId, itemId);
  return books.accounts.get(key) ?? { key, houseId, itemId, fen: 0n, bonusFen: 0n };
}

/**
 * Adds to an account; tells how much of it is given money, which goes out last unless `givenFen` says how much does. Null:
 * it does not hold enough.
 */
export function moveAccount(books: Books, key: string, fen: bigint, givenFen?: bigint): bigint | null {
  const [houseId = '', itemId] = key.split(' ');
  const account = accountOf(books, houseId, itemId === 'general' ? null : (itemId ?? null));
  const paidFen = account.fen - account.bonusFen;
  const bonusFen = givenFen ?? (-fen > paidFen ? paidFen + fen : 0n);
  const after = { ...account, fen: account.fen + fen, bonusFen: account.bonusFen + bonusFen };
  if (after.fen < 0n || after.bonusFen < 0n || after.bonusFen > after.fen) return null;
  books.accounts.put(after);
  return bonusFen;
}

/** Adds to what is held of a deposit, or says that it does not hold enough. */
export function moveDeposit(books: Books, holder: string, fen: bigint): boolean {
  const deposit = books.deposits.get(holder);
  if (!deposit || deposit.heldFen + fen < 0n) return false;
  books.deposits.put({ ...deposit, heldFen: deposit.heldFen + fen });
  return true;
}

export function moveMoney(books: Books, methodId: string, day: string, fen: bigint): void {
  const key = `${methodId} ${day}`;
  const before = books.dayMoney.get(key)?.fen ?? 0n;
  books.dayMoney.put({ key, methodId, day, fen: before + fen });
}

export function moveLateFee(books: Books, day: string, fen: bigint): void {
  if (fen !== 0n) books.dayLateFee.put({ day, fen: (books.dayLateFee.get(day)?.fen ?? 0n) + fen });
}

export function closedUntil(books: Books): string {
  const days = books.closings.rows().flatMap((one) => (one.isReopened ? [] : [one.lastDay]));
  return days.sort().at(-1) ?? '';
}

export function countUp(books: Books, name: Count['name']): number {
  const last = (books.counts.get(name)?.last ?? 0) + 1;
  books.counts.put({ name, last });
  return last;
}
