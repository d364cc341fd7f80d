import type { Outside } from '../../../platform/messages/channels/channel.ts';

/** A seller's account at a provider, its secret opened. */
export interface ProviderAccount {
  host: string;
  appKey: string;
  secret: string;
}

/** An invoice as a provider is told of it. Money is yuan with two decimals, negative in a red one. */
export interface InvoiceOrder {
  /** Ours: the same number is the same invoice, however often it is told. */
  requestNumber: string;
  direction: 'blue' | 'red';
  kind: 'normal' | 'special';
  /** Of a red one: the number of the blue invoice, and why. */
  originalNumber: string;
  reason: string;
  seller: { name: string; taxNumber: string; address: string; phone: string; bankName: string; bankAccount: string };
  buyer: {
    name: string;
    taxNumber: string;
    address: string;
    phone: string;
    bankName: string;
    bankAccount: string;
    email: string;
  };
  issuerName: string;
  note: string;
  total: string;
  tax: string;
  lines: readonly { name: string; taxCode: string; taxRate: string; total: string; net: string; tax: string }[];
}

/**
 * What is known of a request. `unknown`: the provider never had it, so it may be told again. `unclear`: no answer, or none
 * that can be read; it is asked again later. `refused`: it will never be issued under this number.
 */
export type OrderState =
  | { state: 'processing' }
  | { state: 'issued'; number: string; issuedAt: string; total: string; tax: string; pdfUrl: string }
  | { state: 'refused'; reason: string }
  | { state: 'unknown' }
  | { state: 'unclear'; reason: string };

/** What a provider's report of a result says, once its signature was found good. */
export interface ReportedResult {
  requestNumber: string;
  result: OrderState;
}

/** A report as it came in. */
export interface SignedReport {
  payload: string;
  /** Seconds since 1970. */
  timestamp: string;
  nonce: string;
  signature: string;
}

/** A way to have invoices issued. Adapters keep nothing: the same call twice does no harm. */
export interface InvoiceProvider {
  submit(account: ProviderAccount, order: InvoiceOrder, outside: Outside): Promise<OrderState>;
  find(account: ProviderAccount, requestNumber: string, outside: Outside): Promise<OrderState>;
  /** The document of an issued invoice; undefined while there is none. */
  fetchPdf(account: ProviderAccount, requestNumber: string, outside: Outside): Promise<Buffer | undefined>;
  /** Null when the signature or the time is not good: then nothing of it may be believed. */
  readReport(account: ProviderAccount, report: SignedReport, now: Temporal.Instant): ReportedResult | null;
}
