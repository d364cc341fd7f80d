import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Outside } from '../../../platform/messages/channels/channel.ts';
import { callProvider } from '../../../platform/messages/channels/http-call.ts';
import type { InvoiceProvider, OrderState, ProviderAccount } from './provider.ts';

/** How far a report's time may be from ours. */
const windowSeconds = 300;
const mostPdfBytes = 5 * 1024 * 1024;

const orderState: z.ZodType<OrderState> = z.discriminatedUnion('state', [
  z.object({ state: z.literal('processing') }),
  z.object({
    state: z.literal('issued'),
    number: z.string().min(1).max(40),
    issuedAt: z.iso.datetime({ offset: true }),
    total: z.string().max(20),
    tax: z.string().max(20),
    pdfUrl: z.string().max(500).default(''),
  }),
  z.object({ state: z.literal('refused'), reason: z.string().max(500) }),
  z.object({ state: z.literal('unknown') }),
]);

const report = z.object({ requestNumber: z.string(), result: orderState });
const document = z.object({ content: z.base64().optional() });

/**
 * The plain protocol a company's provider, or a small bridge in front of it, speaks (see the README beside): JSON over HTTPS, each
 * request signed with HMAC-SHA256 over its path, time, a number used once, and the hash of its body.
 */
export const gatewayProvider: InvoiceProvider = {
  submit: (account, order, outside) => ask(account, '/v1/invoices', order, outside),
  find: (account, requestNumber, outside) => ask(account, '/v1/invoices/query', { requestNumber }, outside),
  async fetchPdf(account, requestNumber, outside) {
    const answer = await send(account, '/v1/invoices/document', { requestNumber }, outside).catch(() => null);
    const parsed = document.safeParse(answer);
    if (!parsed.success || !parsed.data.content) return undefined;
    const bytes = Buffer.from(parsed.data.content, 'base64');
    return bytes.length <= mostPdfBytes && bytes.subarray(0, 5).toString('latin1') === '%PDF-' ? bytes : undefined;
  },
  readReport(account, { payload, timestamp, nonce, signature }, now) {
    const expected = Buffer.from(sign(account.secret, 'callback', timestamp, nonce, payload), 'hex');
    const given = Buffer.from(signature, 'hex');
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
    if (Math.abs(now.epochMilliseconds / 1000 - Number(timestamp)) > windowSeconds) return null;
    const parsed = report.safeParse(jsonOf(payload));
    return parsed.success ? parsed.data : null;
  },
};

async function ask(account: ProviderAccount, path: string, body: object, outside: Outside): Promise<OrderState> {
  try {
    const parsed = orderState.safeParse(await send(account, path, body, outside));
    return parsed.success ? parsed.data : { state: 'unclear', reason: '服务商的答复看不懂' };
  } catch (error) {
    const isSlow = (error as Error).name === 'TimeoutError';
    return { state: 'unclear', reason: isSlow ? '服务商没有在限定时间内答复' : '连不上开票服务商，或它出了故障' };
  }
}

function send(account: ProviderAccount, path: string, body: object, outside: Outside): Promise<object> {
  const text = JSON.stringify(body);
  const timestamp = String(Math.floor(outside.now.epochMilliseconds / 1000));
  const nonce = randomBytes(16).toString('hex');
  return callProvider(outside, account.host, path, {
    body: text,
    headers: {
      'x-app-key': account.appKey,
      'x-timestamp': timestamp,
      'x-nonce': nonce,
      'x-signature': sign(account.secret, path, timestamp, nonce, text),
    },
  });
}

function sign(secret: string, path: string, timestamp: string, nonce: string, body: string): string {
  const digest = createHash('sha256').update(body).digest('hex');
  return createHmac('sha256', secret).update([path, timestamp, nonce, digest].join('\n')).digest('hex');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
