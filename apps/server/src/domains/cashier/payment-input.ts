import type { EndpointReply, EndpointRequest, takePayment } from '@anlin/contract';

/** What the desk sends to collect, after the contract's checks; amounts are yuan texts. */
export type PaymentInput = EndpointRequest<typeof takePayment>['body'];
export type PaymentTaken = EndpointReply<typeof takePayment>;
