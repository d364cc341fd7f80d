import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** WeChat's side of 消息推送: written apart from the product's, from WeChat's documents. */
export interface PushSetting {
  /** Address of the merchant's server. */
  url: string;
  token: string;
  appId: string;
  /** Null: plain mode. */
  encodingAesKey: string | null;
  /** The account's original id. */
  to: string;
}

export interface PushRequest {
  url: string;
  body: string;
}

/** What the merchant's server said, opened. */
export interface PushAnswer {
  status: number;
  /** As it came. */
  raw: string;
  /** The message within, as XML; empty: it has nothing to say. */
  message: string;
}

const sign = (parts: string[]) => createHash('sha1').update(parts.sort().join('')).digest('hex');

/** Elements with text as WeChat writes them: numbers bare, everything else in CDATA. */
export function pushXml(fields: Readonly<Record<string, string | number>>): string {
  const inner = Object.entries(fields).map(([name, value]) =>
    typeof value === 'number' ? `<${name}>${value}</${name}>` : `<${name}><![CDATA[${value}]]></${name}>`,
  );
  return `<xml>${inner.join('\n')}</xml>`;
}

/** A request to prove the address. */
export function verifyUrl({ url, token }: PushSetting, seconds: number, echostr: string, nonce = '1024'): string {
  const query = { signature: sign([token, String(seconds), nonce]), timestamp: String(seconds), nonce, echostr };
  return `${url}?${new URLSearchParams(query)}`;
}

/** A message as it goes over the wire. */
export function makePush(
  setting: PushSetting,
  xml: string,
  seconds: number,
  nonce = String(randomBytes(4).readUInt32BE()),
): PushRequest {
  const { url, token, encodingAesKey, appId, to } = setting;
  const timestamp = String(seconds);
  const query = new URLSearchParams({ signature: sign([token, timestamp, nonce]), timestamp, nonce });
  if (encodingAesKey === null) return { url: `${url}?${query}`, body: xml };
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const text = Buffer.from(xml);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(text.length);
  const plain = Buffer.concat([randomBytes(16), size, text, Buffer.from(appId)]);
  const rest = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
  cipher.setAutoPadding(false);
  const encrypted = Buffer.concat([
    cipher.update(Buffer.concat([plain, Buffer.alloc(rest, rest)])),
    cipher.final(),
  ]).toString('base64');
  query.set('encrypt_type', 'aes');
  query.set('msg_signature', sign([token, timestamp, nonce, encrypted]));
  return { url: `${url}?${query}`, body: pushXml({ ToUserName: to, Encrypt: encrypted }) };
}

const textOf = (xml: string, name: string) =>
  new RegExp(`<${name}><!\\[CDATA\\[([\\s\\S]*?)\\]\\]></${name}>`).exec(xml)?.[1];

/** Opens an answer; throws where it is encrypted and its signature is not good. */
export function openAnswer({ token, encodingAesKey, appId }: PushSetting, status: number, raw: string): PushAnswer {
  const encrypted = textOf(raw, 'Encrypt');
  if (encrypted === undefined || encodingAesKey === null)
    return { status, raw, message: raw.startsWith('<xml>') ? raw : '' };
  const [timestamp, nonce] = [/<TimeStamp>(\d+)</.exec(raw)?.[1] ?? '', textOf(raw, 'Nonce') ?? ''];
  if (textOf(raw, 'MsgSignature') !== sign([token, timestamp, nonce, encrypted]))
    throw new Error('the answer is not signed well');
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16));
  decipher.setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]);
  const plain = padded.subarray(0, padded.length - padded.at(-1)!);
  const end = 20 + plain.readUInt32BE(16);
  if (plain.subarray(end).toString() !== appId) throw new Error('the answer is for another account');
  return { status, raw, message: plain.subarray(20, end).toString() };
}

/** Sends a message to a server on the loopback and opens its answer. */
export async function sendPush(setting: PushSetting, xml: string, seconds: number): Promise<PushAnswer> {
  if (!['127.0.0.1', 'localhost'].includes(new URL(setting.url).hostname)) throw new Error('the loopback alone');
  const { url, body } = makePush(setting, xml, seconds);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body,
    signal: AbortSignal.timeout(5_000),
  });
  return openAnswer(setting, response.status, await response.text());
}
