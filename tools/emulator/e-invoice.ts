import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { Call, Provider, Reply } from './provider.ts';

export interface EInvoiceAccount {
  appKey: string;
  secret: string;
}

interface Order {
  requestNumber: string;
  direction: string;
  buyer: { name: string };
  total: string;
  tax: string;
  lines: { total: string; net: string; tax: string }[];
}

type Result =
  | { state: 'processing' }
  | { state: 'issued'; number: string; issuedAt: string; total: string; tax: string; pdfUrl: string }
  | { state: 'refused'; reason: string };

export interface SignedReport {
  payload: string;
  timestamp: string;
  nonce: string;
  signature: string;
}

/** The desk of the invoicing provider as a test sees it. */
export interface EInvoiceDesk {
  /** Every invoice ever issued, by request number: one each, however often it was asked for. */
  issued: ReadonlyMap<string, { number: string; total: string; tax: string }>;
  /** How often a request number was told. */
  told: ReadonlyMap<string, number>;
  /** While on, what is told stays in processing until `finish`. */
  hold(isOn: boolean): void;
  finish(requestNumber: string, refusal?: string): void;
  /** A report of what is known, signed as the account would; `seconds` since 1970. */
  report(requestNumber: string, seconds: number): SignedReport;
}

const host = 'invoice.emulator.example';
/** A page with nothing on it. */
const emptyPdf = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 397]>>endobj
trailer<</Root 1 0 R>>
%%EOF`;

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

function signed(secret: string, parts: readonly string[]): string {
  return createHmac('sha256', secret).update(parts.join('\n')).digest('hex');
}

/** Fen of a decimal text, for sums that must agree. */
const fenOf = (text: string) => Math.round(Number(text) * 100);

function problemOf(order: Order): string | null {
  const sum = (key: 'total' | 'tax') => order.lines.reduce((total, line) => total + fenOf(line[key]), 0);
  if (sum('total') !== fenOf(order.total) || sum('tax') !== fenOf(order.tax)) return '明细合计与价税合计不一致';
  if (order.lines.some((line) => fenOf(line.net) + fenOf(line.tax) !== fenOf(line.total)))
    return '明细的金额与税额不一致';
  if ((order.direction === 'red') !== fenOf(order.total) < 0) return '红字发票金额应为负数';
  return order.buyer.name.includes('注销') ? '购买方纳税人状态异常，不能开具' : null;
}

/** A provider of e-invoices that speaks the plain protocol: tells one request from another by its number and issues each once. */
export function eInvoiceProvider(account: EInvoiceAccount): Provider & { desk: EInvoiceDesk } {
  const orders = new Map<string, Order>();
  const results = new Map<string, Result>();
  const issued = new Map<string, { number: string; total: string; tax: string }>();
  const told = new Map<string, number>();
  const nonces = new Set<string>();
  let isHolding = false;

  function isSigned({ headers, path, text }: Call): boolean {
    const [time, nonce] = [String(headers['x-timestamp']), String(headers['x-nonce'])];
    if (headers['x-app-key'] !== account.appKey || nonces.has(nonce)) return false;
    nonces.add(nonce);
    return headers['x-signature'] === signed(account.secret, [path, time, nonce, digest(text)]);
  }

  function finish(requestNumber: string, refusal?: string): void {
    const order = orders.get(requestNumber);
    if (!order || results.get(requestNumber)?.state !== 'processing') return;
    const reason = refusal ?? problemOf(order);
    if (reason) return void results.set(requestNumber, { state: 'refused', reason });
    const number = `26512000000${String(100000000 + issued.size + 1)}`;
    issued.set(requestNumber, { number, total: order.total, tax: order.tax });
    results.set(requestNumber, {
      state: 'issued',
      number,
      issuedAt: '2026-03-10T02:00:00Z',
      total: order.total,
      tax: order.tax,
      pdfUrl: `https://${host}/view/${number}`,
    });
  }

  function submit(order: Order): Reply {
    const { requestNumber } = order;
    told.set(requestNumber, (told.get(requestNumber) ?? 0) + 1);
    if (!orders.has(requestNumber)) {
      orders.set(requestNumber, order);
      results.set(requestNumber, { state: 'processing' });
      if (!isHolding) finish(requestNumber);
    }
    return { json: results.get(requestNumber)! };
  }

  return {
    name: 'eInvoice',
    hosts: [host],
    answer(call, _post, fault) {
      if (fault === 'rateLimit') return { status: 503, json: { error: 'busy' } };
      if (!isSigned(call)) return { status: 401, json: { error: 'signature' } };
      const body = JSON.parse(call.text) as Order;
      if (call.path === '/v1/invoices') return submit(body);
      if (call.path === '/v1/invoices/query') return { json: results.get(body.requestNumber) ?? { state: 'unknown' } };
      if (call.path !== '/v1/invoices/document') return { status: 404, json: { error: 'unknown' } };
      const isThere = issued.has(body.requestNumber);
      return { json: isThere ? { content: Buffer.from(emptyPdf).toString('base64') } : {} };
    },
    desk: {
      issued,
      told,
      hold: (isOn) => {
        isHolding = isOn;
      },
      finish,
      report(requestNumber, seconds) {
        const payload = JSON.stringify({ requestNumber, result: results.get(requestNumber) ?? { state: 'unknown' } });
        const [timestamp, nonce] = [String(seconds), randomUUID()];
        const signature = signed(account.secret, ['callback', timestamp, nonce, digest(payload)]);
        return { payload, timestamp, nonce, signature };
      },
    },
  };
}
