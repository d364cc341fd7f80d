import { ChannelRefusal } from './payment-channel.ts';

/** Alipay and UnionPay write times as clocks in China show them. */
const zone = 'Asia/Shanghai';

const digitsOf = (at: Temporal.Instant) =>
  at.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'second' });

/** `2026-03-10 10:00:00`. */
export const spacedTime = (at: Temporal.Instant): string => digitsOf(at).replace('T', ' ');

/** `20260310100000`. */
export const compactTime = (at: Temporal.Instant): string => digitsOf(at).replace(/[-T:]/g, '');

/** Reads `2026-03-10 10:00:00`, with or without a fraction. Throws ChannelRefusal for anything else. */
export function readSpacedTime(text: string): Temporal.Instant {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,9})?$/.test(text)) throw unreadable(text);
  return instantOf(text.replace(' ', 'T'), text);
}

/** Reads `20260310100000`. Throws ChannelRefusal for anything else. */
export function readCompactTime(text: string): Temporal.Instant {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  if (!match) throw unreadable(text);
  const [, year, month, day, hour, minute, second] = match;
  return instantOf(`${year}-${month}-${day}T${hour}:${minute}:${second}`, text);
}

/** Reads `0310100000`, a time without its year: of those not after `latest`, the one nearest to `near`. */
export function readYearlessTime(text: string, near: Temporal.Instant, latest: Temporal.Instant): Temporal.Instant {
  const year = near.toZonedDateTimeISO(zone).year;
  const candidates = [year - 1, year, year + 1].flatMap((one) => {
    try {
      return [readCompactTime(`${one}${text}`)];
    } catch {
      return []; // 29 February exists in one of them only
    }
  });
  const distance = (at: Temporal.Instant) => Math.abs(at.epochMilliseconds - near.epochMilliseconds);
  const past = candidates.filter((at) => at.epochMilliseconds <= latest.epochMilliseconds);
  const nearest = past.toSorted((left, right) => distance(left) - distance(right))[0];
  if (!nearest) throw unreadable(text);
  return nearest;
}

/** Noon of a day in China. */
export const noonOf = (day: Temporal.PlainDate): Temporal.Instant =>
  day.toZonedDateTime({ timeZone: zone, plainTime: '12:00' }).toInstant();

export const dayInChina = (at: Temporal.Instant): Temporal.PlainDate => at.toZonedDateTimeISO(zone).toPlainDate();

function instantOf(local: string, text: string): Temporal.Instant {
  try {
    return Temporal.PlainDateTime.from(local, { overflow: 'reject' }).toZonedDateTime(zone).toInstant();
  } catch {
    throw unreadable(text);
  }
}

const unreadable = (text: string) => new ChannelRefusal(`渠道给的时间看不懂：${text.slice(0, 40)}`);
