import type { TemplateMapping } from '@anlin/contract';

/** A channel of a company as it was set up, secrets opened. */
export interface ChannelSetup {
  companyId: string;
  provider: string;
  settings: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
  /** By event kind. */
  templates: Readonly<Record<string, TemplateMapping>>;
}

/** One message as it is handed to a provider. The same id means the same message, however often it is handed over. */
export interface Outgoing {
  deliveryId: string;
  eventKind: string;
  /** Phone, e-mail, WeCom user id or openid. */
  address: string;
  title: string;
  body: string;
  /** Address within the back office, or empty. */
  link: string;
  /** Page that a resident opens without signing in; absent where there is none. */
  url?: string;
  /** What templates can show, by Chinese name. */
  facts: Readonly<Record<string, string>>;
  createdAt: Temporal.Instant;
}

/**
 * What came of it. `refused`: trying again would change nothing. `limited` and `unreachable`: it may be tried again.
 * `found`: the provider knew it already. `unknown`: it may have arrived, and the provider would deliver a repetition as well.
 */
export interface Answer {
  outcome: 'sent' | 'found' | 'refused' | 'limited' | 'unreachable' | 'unknown';
  /** The provider's own code. */
  code: string;
  /** Chinese or the provider's words, for a person to read. */
  answer: string;
  providerId?: string;
}

/** How the world outside is reached. */
export interface Outside {
  /** Stands in for every provider's host: `http://127.0.0.1:4010`, see `npm run emulator`. */
  gateway: string | undefined;
  now: Temporal.Instant;
  /** How long an answer is waited for. */
  timeoutMs: number;
}

/**
 * A way to send. `find` asks whether a message that was handed over when the process died has arrived. `isBlind`: the provider can
 * neither tell that nor know a repetition, and people must not get it twice.
 */
export interface ChannelAdapter {
  isBlind?: true;
  send(setup: ChannelSetup, message: Outgoing, outside: Outside): Promise<Answer>;
  find?(setup: ChannelSetup, message: Outgoing, outside: Outside): Promise<Answer | null>;
}

export const unreachable = (error: unknown): Answer => ({
  outcome: 'unreachable',
  code: '',
  answer: (error as Error).name === 'TimeoutError' ? '对方没有在限定时间内应答' : '连不上对方的服务器',
});

/** For providers that deliver a repetition as well: what may have arrived is not sent again. */
export const unknownArrival: Answer = {
  outcome: 'unknown',
  code: '',
  answer: '没有等到微信的答复，住户可能已收到；为避免重复，不再发送',
};
