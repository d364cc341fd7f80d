import type { Outside } from './channel.ts';
import { callProvider } from './http-call.ts';

/** Reply of WeChat and WeCom: `errcode` 0 or absent is success. */
export interface WechatReply {
  errcode?: number;
  errmsg?: string;
}

interface TokenReply extends WechatReply {
  access_token?: string;
  expires_in?: number;
}

/** The token is wrong or over; a new one is fetched once. */
const tokenErrors = new Set([40001, 40014, 42001]);
const marginSeconds = 300;

interface Token {
  value: string;
  until: Temporal.Instant;
}
const tokens = new Map<string, Token>();

/** A provider whose calls need a token. */
export interface TokenSource {
  /** Unique for the application and its secret. */
  key: string;
  fetchToken(outside: Outside, isForced: boolean): Promise<TokenReply>;
}

async function tokenOf(source: TokenSource, outside: Outside, isForced: boolean): Promise<string | WechatReply> {
  const key = `${outside.gateway ?? ''} ${source.key}`;
  const kept = tokens.get(key);
  if (!isForced && kept && Temporal.Instant.compare(kept.until, outside.now) > 0) return kept.value;
  const reply = await source.fetchToken(outside, isForced);
  if (!reply.access_token) return { errcode: reply.errcode ?? -1, errmsg: reply.errmsg ?? '' };
  const seconds = Math.max(60, (reply.expires_in ?? 7200) - marginSeconds);
  tokens.set(key, { value: reply.access_token, until: outside.now.add({ seconds }) });
  return reply.access_token;
}

/** Calls with a token that is kept until it ends, and once more with a new one when the provider no longer knows it. */
export async function callWithToken<Reply extends WechatReply>(
  source: TokenSource,
  outside: Outside,
  host: string,
  pathOf: (token: string) => string,
  body?: object,
): Promise<Reply | WechatReply> {
  for (const isForced of [false, true]) {
    const token = await tokenOf(source, outside, isForced);
    if (typeof token !== 'string') return token;
    const reply = await callProvider<Reply>(outside, host, pathOf(encodeURIComponent(token)), body ? { body } : {});
    if (isForced || !tokenErrors.has(reply.errcode ?? 0)) return reply;
  }
  throw new Error('not reached: the second round returns');
}
