import { createServer, type IncomingMessage } from 'node:http';
import type {
  ChannelAccount,
  ChannelOrder,
  Heard,
  Outside,
  PaymentChannel,
} from '../../apps/server/src/domains/payments/channels/payment-channel.ts';
import { seededIds } from '../../apps/server/src/platform/ids.ts';
import { fen } from '../../packages/money/src/index.ts';

/** The time at the channels and at the merchant: it stands still, so that a day has no end in the middle of a test. */
export const fixedNow = Temporal.Instant.from('2026-03-10T02:00:00Z');

const ids = seededIds(20_260_310, fixedNow.epochMilliseconds);
/** A number as the product gives its orders: a UUIDv7 without dashes. */
export const nextNumber = (): string => ids().replaceAll('-', '');

export const outsideOf = (gateway: string, now = fixedNow): Outside => ({
  gateway,
  now,
  timeoutMs: 2_000,
});

export function orderOf(notifyUrl: string, amountFen: bigint, more: Partial<ChannelOrder> = {}): ChannelOrder {
  return {
    orderNo: nextNumber(),
    amountFen: fen(amountFen),
    description: '云栖苑 1栋-101 物业管理费等3笔',
    expiresAt: fixedNow.add({ minutes: 15 }),
    notifyUrl,
    ...more,
  };
}

/** A merchant that listens on the loopback, believes what its channel believes, and keeps what it heard. */
export interface Merchant {
  url: string;
  heard: Heard[];
  refused: Error[];
  /** Looks at what was heard as the books would: false is answered as not taken. */
  accepts: (heard: Heard) => boolean;
  stop(): Promise<void>;
}

export async function startMerchant(
  channel: PaymentChannel,
  account: ChannelAccount,
  gateway: string,
): Promise<Merchant> {
  const merchant: Merchant = { url: '', heard: [], refused: [], accepts: () => true, stop: async () => {} };
  const server = createServer((request, response) => {
    void listen(request).then((isTaken) => {
      const { status, contentType, body } = channel.answer(isTaken);
      response.writeHead(status, { 'content-type': contentType }).end(body);
    });
  });
  async function listen(request: IncomingMessage): Promise<boolean> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const callback = { headers: request.headers as Record<string, string>, body: Buffer.concat(chunks) };
    try {
      const outside = outsideOf(gateway);
      const heard = await channel.hear(account, callback, outside.now, outside);
      if (!merchant.accepts(heard)) return false;
      merchant.heard.push(heard);
      return true;
    } catch (error) {
      merchant.refused.push(error as Error);
      return false;
    }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  merchant.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/callback`;
  merchant.stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return merchant;
}

/** Somebody on the way who changes what the emulator answers. */
export async function startMeddler(
  emulatorUrl: string,
  change: (text: string) => string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = await fetch(`${emulatorUrl}${request.url}`, {
        method: request.method ?? 'GET',
        headers: { 'content-type': request.headers['content-type'] ?? '' },
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      response.writeHead(answer.status).end(change(await answer.text()));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a person does on the emulator's page: opens it, and follows one of its two buttons. */
export async function visitPage(page: Response, button: '支付' | '取消'): Promise<string> {
  const html = await page.text();
  const link = new RegExp(`href="([^"]+)">${button}<`).exec(html)?.[1];
  if (!link) throw new Error(`no button ${button} in ${html}`);
  return (await fetch(new URL(link.replaceAll('&#38;', '&'), page.url))).text();
}
