import { createHash } from 'node:crypto';
import type { PushMode } from '@anlin/contract';
import { aesKeyOf, isSameSignature, openMessage, signatureOf } from './push-crypto.ts';
import { readPushXml } from './push-xml.ts';

/** Why something was not believed: for the log of the company, never for whoever sent it. */
export class PushRefusal extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** What the account's messages are checked against. */
export interface PushAccount {
  appId: string;
  originalId: string;
  mode: PushMode;
  token: string;
  encodingAesKey: string;
}

export interface PushQuery {
  timestamp?: string | undefined;
  nonce?: string | undefined;
  signature?: string | undefined;
  msg_signature?: string | undefined;
  encrypt_type?: string | undefined;
}

/** A message of a follower that was believed. */
export interface Push {
  /** Of an encrypted message its signature; of a plain one the time and number that were signed, and nothing of the message. */
  signature: string;
  bodyHash: Buffer;
  /** `gh_…` */
  to: string;
  openId: string;
  createdAt: Temporal.Instant;
  /** `text`, `event`, `image` … */
  kind: string;
  /** Of an event, in small letters: `subscribe`, `click` … */
  event: string;
  eventKey: string;
  text: string;
  /** WeChat's number of a message; of an event who, what and when. */
  key: string;
}

/** WeChat's clock and ours may differ, and a message may wait a little. */
const windowSeconds = 300;
/** A message that WeChat repeats keeps the time at which it was written. */
const oldestSeconds = 3600;

function requireFresh(timestamp: string, now: Temporal.Instant): void {
  if (!/^\d{10}$/.test(timestamp)) throw new PushRefusal('没有时间戳，或格式不对');
  if (Math.abs(now.epochMilliseconds / 1000 - Number(timestamp)) > windowSeconds)
    throw new PushRefusal('时间戳与本机时间相差超过 5 分钟；如果反复出现，请校准服务器的时钟');
}

/** Timestamp and signature of `signature`, over token, time and nonce. Throws PushRefusal. */
export function checkQuery(account: Pick<PushAccount, 'token'>, query: PushQuery, now: Temporal.Instant): void {
  const { timestamp = '', nonce = '', signature = '' } = query;
  requireFresh(timestamp, now);
  if (nonce === '' || !isSameSignature(signature, signatureOf(account.token, timestamp, nonce)))
    throw new PushRefusal('签名不对：请核对公众平台与这里填写的 Token 是否一致');
}

/**
 * The message of a request of WeChat: signature, time, encryption and addressee checked before anything of it is believed. A plain
 * message is refused where the safe mode is set, so that nobody gets around the encryption by leaving it out. Throws PushRefusal.
 */
export function openPush(account: PushAccount, query: PushQuery, body: Buffer, now: Temporal.Instant): Push {
  const isEncrypted = query.encrypt_type === 'aes';
  if (account.mode === 'aes' && !isEncrypted)
    throw new PushRefusal('收到未加密的消息，而这里设置的是安全模式：请与公众平台的“消息加解密方式”一致');
  if (account.mode === 'plain' && isEncrypted)
    throw new PushRefusal('收到加密的消息，而这里设置的是明文模式：请与公众平台的“消息加解密方式”一致');
  const outer = readPushXml(body.toString('utf8'));
  if (!outer) throw new PushRefusal('消息的内容读不懂');
  const { message, signature } = isEncrypted ? decrypt(account, query, outer, now) : plain(account, query, outer, now);
  return pushOf(account, message, signature, createHash('sha256').update(body).digest(), now);
}

function plain(account: PushAccount, query: PushQuery, message: ReadonlyMap<string, string>, now: Temporal.Instant) {
  checkQuery(account, query, now);
  return { message, signature: `${query.timestamp} ${query.nonce}` };
}

function decrypt(account: PushAccount, query: PushQuery, outer: ReadonlyMap<string, string>, now: Temporal.Instant) {
  const { timestamp = '', nonce = '', msg_signature: given = '' } = query;
  requireFresh(timestamp, now);
  const encrypted = outer.get('Encrypt') ?? '';
  if (
    nonce === '' ||
    encrypted === '' ||
    !isSameSignature(given, signatureOf(account.token, timestamp, nonce, encrypted))
  )
    throw new PushRefusal('加密消息的签名不对：请核对公众平台与这里填写的 Token 是否一致');
  const key = aesKeyOf(account.encodingAesKey);
  const text = key && openMessage(encrypted, key, account.appId);
  if (text === null) throw new PushRefusal('消息解不开：请核对 EncodingAESKey，以及消息渠道里的 AppID');
  const message = readPushXml(text);
  if (!message) throw new PushRefusal('消息的内容读不懂');
  return { message, signature: given };
}

function pushOf(
  account: PushAccount,
  message: ReadonlyMap<string, string>,
  signature: string,
  bodyHash: Buffer,
  now: Temporal.Instant,
): Push {
  const of = (name: string) => message.get(name) ?? '';
  const [to, openId, seconds] = [of('ToUserName'), of('FromUserName'), of('CreateTime')];
  if (!/^[\w-]{1,64}$/.test(openId) || !/^[\w-]{1,64}$/.test(to) || !/^\d{9,11}$/.test(seconds))
    throw new PushRefusal('消息缺少发送人、接收人或时间');
  if (account.originalId !== '' && to !== account.originalId)
    throw new PushRefusal(`消息是发给另一个公众号（${to}）的：请核对原始 ID`);
  const createdAt = Temporal.Instant.fromEpochMilliseconds(Number(seconds) * 1000);
  const ageSeconds = now.since(createdAt).total('seconds');
  if (ageSeconds > oldestSeconds || ageSeconds < -windowSeconds) throw new PushRefusal('消息的时间太早或太晚');
  const [kind, event, number] = [of('MsgType').slice(0, 40), of('Event').slice(0, 60).toLowerCase(), of('MsgId')];
  const eventKey = of('EventKey').slice(0, 300);
  const key = /^\d{1,30}$/.test(number) ? number : `${openId} ${seconds} ${event} ${eventKey}`;
  return { signature, bodyHash, to, openId, createdAt, kind, event, eventKey, text: of('Content').slice(0, 2000), key };
}
