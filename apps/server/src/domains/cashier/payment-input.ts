import type { EndpointReply, EndpointRequest, takePayment } from '@anlin/contract';
import type { Fen } from '@anlin/money';

/** What the desk sends to collect, after the contract's checks; amounts are yuan texts. */
export type PaymentInput = EndpointRequest<typeof takePayment>['body'];
export type PaymentTaken = EndpointReply<typeof takePayment>;

/** A reduction of one bill, given with a receipt or apart. */
export interface NewReduction {
  billId: string;
  kind: 'discount' | 'lateFeeWaiver';
  amountFen: Fen;
  /** The offer it is by; null when a person decided it. */
  offerId: string | null;
}
