import { ChannelRefusal } from './payment-channel.ts';

/** More than any message of a channel has. */
const mostFields = 200;

/** A form as a channel posts it, in UTF-8. A name that comes twice could be read in two ways and is refused. */
export function readForm(body: Buffer): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  const pairs = [...new URLSearchParams(decode(body))];
  if (pairs.length > mostFields) throw new ChannelRefusal('通知的内容过多');
  for (const [name, value] of pairs) {
    if (name in fields) throw new ChannelRefusal('通知里同一个字段出现两次');
    fields[name] = value;
  }
  return fields;
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ChannelRefusal('通知不是 UTF-8 编码');
  }
}
