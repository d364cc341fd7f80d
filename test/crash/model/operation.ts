import type { BatchLine, Tender } from './books.ts';

/** A bill as a cashier takes it: what it was seen to owe, late fee included, what is given up and what is paid. */
export interface AskedBill {
  id: string;
  expectedFen: bigint;
  lateFeeFen: bigint;
  discountFen: bigint;
  lateFeeWaivedFen: bigint;
  payFen: bigint;
}

/** What a client asks for, with the ids of the moment; amounts in fen. */
export type Request =
  | {
      kind: 'oneOff';
      houseId: string;
      itemId: string;
      fen: bigint;
      from: string;
      to: string;
      dueOn: string;
      key: string;
    }
  | { kind: 'raise'; houseIds: string[]; months: string[] }
  | {
      kind: 'pay';
      houseId: string;
      bills: AskedBill[];
      topUp: { itemId: string | null; fen: bigint; packageId: string | null; bonusFen: bigint } | null;
      deposit: { holder: string; fen: bigint } | null;
      incomeFen: bigint;
      tenders: Tender[];
      day: string;
      key: string;
    }
  /** A task that offsets house by house: what it did is looked at as an offset of each. */
  | { kind: 'offsetAll' }
  | { kind: 'offset'; account: string; houseId: string }
  | { kind: 'waive'; billId: string; fen: bigint; isOfLateFee: boolean; reason: string }
  | { kind: 'reduce'; billId: string; discountFen: bigint; lateFeeWaivedFen: bigint; reason: string }
  | { kind: 'takeBackWaiver'; waiver: string; reason: string }
  | { kind: 'edit'; billId: string; fen: bigint; reason: string }
  | { kind: 'voidBill' | 'restoreBill'; billId: string; reason: string }
  | { kind: 'reverse' | 'void' | 'restore'; receiptId: string; reason: string }
  | {
      kind: 'refundBills';
      receiptId: string;
      bills: { id: string; fen: bigint; lateFeeFen: bigint }[];
      /** By this method; null: back into prepaid. */
      methodId: string | null;
      isWaived: boolean;
      day: string;
      reason: string;
      key: string;
    }
  | { kind: 'refundPrepaid'; account: string; fen: bigint; methodId: string; day: string; key: string }
  | { kind: 'refundDeposit'; holder: string; fen: bigint; methodId: string; day: string; key: string }
  | { kind: 'movePrepaid'; account: string; toHouseId: string; fen: bigint; reason: string }
  | { kind: 'keepDeposit' | 'forfeitDeposit'; holder: string; fen: bigint; reason: string }
  | { kind: 'price'; startsOn: string; fen: bigint }
  | {
      kind: 'handOver';
      houseId: string;
      occupancyId: string;
      day: string;
      arrears: 'stay' | 'takeOver' | 'mustBePaid';
      note: string;
    }
  | { kind: 'advance'; houseId: string; monthTo: string }
  | { kind: 'decide'; approvalId: string; isYes: boolean; note: string }
  | { kind: 'makeBatch'; agreedHouseIds: string[] }
  /** `paid`: by line, whether the bank took the money. */
  | { kind: 'answerBatch'; batchId: string; paid: boolean[]; key: string }
  /** Nobody sends it: what the task does with a line of an answer. */
  | { kind: 'bookLine'; batchId: string; reference: string; methodId: string }
  | { kind: 'cancelBatch'; batchId: string; reason: string }
  | { kind: 'invoice'; receiptId: string; itemId: string; fen: bigint; key: string }
  | { kind: 'rejectInvoice'; invoiceId: string; reason: string }
  | { kind: 'close'; closing: 'day' | 'month'; lastDay: string }
  | { kind: 'reopen'; closingId: string; reason: string };

type Of<R, Kind> = R extends { kind: infer K } ? ([K & Kind] extends [never] ? never : R) : never;
/** The requests of a kind, also where several kinds share a shape. */
export type RequestOf<Kind extends Request['kind']> = Of<Request, Kind>;

export interface RaisedBill {
  id: string;
  houseId: string;
  from: string;
  to: string;
  dueOn: string;
  fen: bigint;
}

/** What the product said or, where it was cut off, what it left behind. Only what it told is checked. */
export interface Told {
  id?: string;
  number?: string;
  fen?: bigint;
  leftFen?: bigint;
  otherFen?: bigint;
  count?: number;
  day?: string | null;
  /** It waits for a yes; or what became of one that did. */
  isWaiting?: boolean;
  state?: string;
  lines?: BatchLine[];
  /** Bills that came about, or were paid. */
  raised?: RaisedBill[];
  paid?: { id: string; fen: bigint; lateFeeFen: bigint }[];
}

export type Answer = { isDone: true; told: Told } | { isDone: false; code: string };

/** A request and its answer; both times in milliseconds of one clock, so that orders which time forbids are not tried. */
export interface Operation {
  id: number;
  client: number;
  request: Request;
  startedAt: number;
  endedAt: number;
  answer: Answer;
}

export const isAtOnce = (left: Operation, right: Operation) =>
  left.startedAt <= right.endedAt && right.startedAt <= left.endedAt;

/** An operation in a line, for whoever has to find out. */
export function lineOf({ id, client, request, startedAt, endedAt, answer }: Operation): string {
  const text = (value: unknown) => JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `${one}n` : one));
  const outcome = answer.isDone ? `done ${text(answer.told)}` : `refused ${answer.code}`;
  return `#${id} client ${client} ${startedAt.toFixed(0)}…${endedAt.toFixed(0)} ${text(request)} → ${outcome}`;
}
