import type { Fen } from '@anlin/money';
import type { Outside } from '../../../platform/messages/channels/channel.ts';

export type { Outside } from '../../../platform/messages/channels/channel.ts';

export type ChannelKind = 'wechat' | 'alipay' | 'unionpay';

/** How the payer comes to the channel. */
export type PaymentWay =
  | 'jsapi'
  | 'miniProgram'
  | 'h5'
  | 'native'
  | 'payerCode'
  | 'wap'
  | 'page'
  | 'precreate'
  | 'qr'
  | 'gateway'
  /** Taken by agreement, without the payer doing anything. */
  | 'agreement';

/** A merchant's account at a channel, its secrets opened by the vault; never logged. */
export interface ChannelAccount {
  id: string;
  kind: ChannelKind;
  merchantId: string;
  appId: string;
  settings: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
}

/** An order as a channel is told of it. The same `orderNo` is the same order, however often it is told. */
export interface ChannelOrder {
  /** Ours, at most 32 of [0-9A-Za-z]. */
  orderNo: string;
  amountFen: Fen;
  /** What the payer reads. */
  description: string;
  expiresAt: Temporal.Instant;
  notifyUrl: string;
  returnUrl?: string;
  /** Of the payer, for `jsapi` and `miniProgram`. */
  openId?: string;
  /** The number behind the payer's code, for `payerCode`. */
  payerCode?: string;
  clientIp?: string;
}

/** A payment that was made, in the channel's words. */
export interface ChannelPayment {
  orderNo: string;
  merchantId: string;
  amountFen: Fen;
  transactionId: string;
  paidAt: Temporal.Instant;
  /** The channel's mark of who paid; may be empty. */
  payer: string;
}

/** What the payer's side needs to go on. `waiting`: the payer types the password on their own phone. */
export type Started =
  | { kind: 'parameters'; parameters: Record<string, string> }
  | { kind: 'redirect'; url: string }
  | { kind: 'form'; url: string; fields: Record<string, string> }
  | { kind: 'qr'; content: string }
  | { kind: 'paid'; payment: ChannelPayment }
  | { kind: 'waiting' };

/** `missing`: the channel never had an order of this number. */
export type Queried =
  | { state: 'paid'; payment: ChannelPayment }
  | { state: 'waiting' }
  /** `refusal`: why nothing was taken by agreement, where the channel says so. */
  | { state: 'closed'; refusal?: TakingRefusal }
  | { state: 'missing' };

/** The same `refundNo` is the same refund, however often it is told. */
export interface ChannelRefund {
  orderNo: string;
  refundNo: string;
  amountFen: Fen;
  /** What the order was paid with. */
  totalFen: Fen;
  reason: string;
  notifyUrl: string;
}

export type RefundState =
  | { state: 'done'; refundId: string; at: Temporal.Instant }
  | { state: 'waiting'; refundId?: string }
  | { state: 'failed'; reason: string }
  | { state: 'missing' };

/** A message of the channel as it came in. Header names are in lower case. */
export interface Callback {
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

export type Heard =
  | { kind: 'payment'; payment: ChannelPayment }
  | { kind: 'refund'; orderNo: string; refundNo: string; state: RefundState }
  | { kind: 'agreement'; code: string; word: AgreementWord }
  | { kind: 'other' };

/** What the signer agrees to, as a channel is told of it. The same `code` is the same agreement. */
export interface AgreementTerms {
  /** Ours, at most 32 of [0-9A-Za-z]. */
  code: string;
  /** What the signer reads: for which house. No person's name. */
  label: string;
  /** The most that is taken at once. */
  limitFen: Fen;
  /** The first day on which it may be taken, and every month after. */
  firstOn: Temporal.PlainDate;
  notifyUrl: string;
  returnUrl?: string;
  clientIp?: string;
  /** Whether the signer is inside the channel's own browser. */
  isInside?: boolean;
}

/** An agreement in the channel's words. `waiting`: not signed, or not known there. */
export type AgreementWord =
  | { state: 'active'; channelNo: string; signedAt: Temporal.Instant }
  | { state: 'ended'; channelNo: string; endedAt?: Temporal.Instant }
  | { state: 'waiting' };

/** Why nothing was taken, in our words and the channel's. */
export interface TakingRefusal {
  kind: 'funds' | 'ended' | 'limit' | 'time' | 'other';
  /** Chinese, for a person to read. */
  reason: string;
}

/** An order that is taken by agreement. */
export interface AgreedOrder extends ChannelOrder {
  channelNo: string;
  today: Temporal.PlainDate;
}

/** Taking money by agreement (PAY-5), where a channel has it. Errors of every call: ChannelRefusal, ChannelSilence. */
export interface ChannelAgreements {
  /** Whether this account was set up for it. */
  isReady(account: ChannelAccount): boolean;
  /** Where the signer goes to sign. */
  sign(account: ChannelAccount, terms: AgreementTerms, outside: Outside): Promise<Started>;
  query(
    account: ChannelAccount,
    agreement: { code: string; channelNo: string | null },
    outside: Outside,
  ): Promise<AgreementWord>;
  /** Ends it there; one that is over already is good too. */
  end(
    account: ChannelAccount,
    agreement: { code: string; channelNo: string },
    reason: string,
    outside: Outside,
  ): Promise<void>;
  /** How many days before taking the channel itself must be told what will be taken; 0: never. */
  noticeDays: number;
  /** Tells it, where it must be told: the days between which it may be taken, both inclusive. */
  announce?(
    account: ChannelAccount,
    agreement: { channelNo: string; amountFen: Fen; signedAt: Temporal.Instant; today: Temporal.PlainDate },
    outside: Outside,
  ): Promise<{ from: Temporal.PlainDate; until: Temporal.PlainDate }>;
  /** How long the channel may take to say what became of it. */
  openMinutes: number;
  /** Takes the money: paid at once, or waiting for the channel to say. */
  take(account: ChannelAccount, order: AgreedOrder, outside: Outside): Promise<Started>;
  /** What a refusal of `take` means. */
  kindOf(refusal: ChannelRefusal): TakingRefusal['kind'];
}

/** A line of the channel's own bill of a day. */
export interface BillLine {
  kind: 'payment' | 'refund';
  at: Temporal.Instant;
  orderNo: string;
  transactionId: string;
  refundNo?: string;
  amountFen: Fen;
  /** The channel's fee; negative where it is given back. */
  feeFen: Fen;
}

/**
 * A way to be paid online. Adapters keep no orders: the same call twice does no harm. Errors of every call: ChannelRefusal,
 * ChannelSilence.
 */
export interface PaymentChannel {
  kind: ChannelKind;
  ways: readonly PaymentWay[];
  start(account: ChannelAccount, way: PaymentWay, order: ChannelOrder, outside: Outside): Promise<Started>;
  query(account: ChannelAccount, orderNo: string, outside: Outside, way?: PaymentWay): Promise<Queried>;
  /** Closes at the channel; `paid` when the payer was quicker. */
  close(account: ChannelAccount, orderNo: string, outside: Outside, way?: PaymentWay): Promise<'closed' | 'paid'>;
  refund(account: ChannelAccount, refund: ChannelRefund, outside: Outside): Promise<RefundState>;
  queryRefund(
    account: ChannelAccount,
    refund: { orderNo: string; refundNo: string },
    outside: Outside,
  ): Promise<RefundState>;
  /** Throws ChannelRefusal (signature, time window ±300 s, replay, decryption, merchant) without saying more to the caller. */
  hear(account: ChannelAccount, callback: Callback, now: Temporal.Instant, outside: Outside): Promise<Heard>;
  /** What the channel wants to read back. */
  answer(isTaken: boolean, callback?: Callback): { status: number; contentType: string; body: string };
  /** Throws ChannelRefusal when the file is cut or altered. */
  fetchBill(account: ChannelAccount, day: Temporal.PlainDate, outside: Outside): Promise<readonly BillLine[]>;
  /** Absent where money can't be taken by agreement. */
  agreements?: ChannelAgreements;
}

/** The channel said no, or a message of it can't be believed. */
export class ChannelRefusal extends Error {
  /** Chinese, for a person to read. */
  readonly reason: string;
  /** The channel's own code; empty where there is none. */
  readonly code: string;

  constructor(reason: string, code = '') {
    super(reason);
    this.name = 'ChannelRefusal';
    this.reason = reason;
    this.code = code;
  }
}

/** Time-out, broken connection, 5xx or an answer that can't be read: what was done is unknown. */
export class ChannelSilence extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ChannelSilence';
  }
}
