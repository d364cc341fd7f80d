import { PassThrough, type Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Services } from '../services.ts';
import { type Listener, liveNoticesOf } from './live-notices.ts';

/** Proxies give up on what is silent for a minute. */
const beatMs = 20_000;

export interface Watched<T> {
  /** What is notified when it changes. */
  topic: string;
  /** How it stands now, read with the rights the person has now; each that differs from the one before is sent. */
  read(): Promise<T>;
  /** Nothing can change any more: the stream ends with this one. */
  isLast(state: T): boolean;
  /** The stream ends then, whatever happened. */
  mostMinutes: number;
}

/**
 * Server-sent events (WHATWG HTML, 9.2) of one thing: how it stands at once, then each change. Ends when nothing can change, when the
 * database goes away, or when the person may no longer see it; a browser comes back by itself, and asks meanwhile.
 */
export async function streamEvents<T>(
  services: Services,
  reply: FastifyReply,
  { topic, read, isLast, mostMinutes }: Watched<T>,
): Promise<Readable> {
  const stream = new PassThrough();
  let last = '';
  let reading = Promise.resolve();
  const end = () => void stream.end();
  const send = async () => {
    if (stream.writableEnded) return;
    const state = await read();
    const text = JSON.stringify(state);
    if (stream.writableEnded) return;
    if (text !== last) stream.write(`data: ${text}\n\n`);
    last = text;
    if (isLast(state)) end();
  };
  // One after the other: an older state is never sent after a newer one.
  const look = () => {
    reading = reading.then(send).catch(end);
  };
  const listener: Listener = { onNotice: look, onLost: end };
  const stop = await liveNoticesOf(services).listen(topic, listener);
  const beat = setInterval(() => void (stream.writableEnded || stream.write(': \n\n')), beatMs);
  const patience = setTimeout(end, mostMinutes * 60_000);
  stream.once('close', () => {
    clearInterval(beat);
    clearTimeout(patience);
    stop();
  });
  look();
  void reply
    .type('text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    // nginx would keep it back.
    .header('x-accel-buffering', 'no');
  return stream;
}
