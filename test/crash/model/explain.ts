import type { Books } from './books.ts';
import { judge } from './judge.ts';
import { lineOf, type Operation } from './operation.ts';
import type { Scene } from './rule.ts';

/** Enough for any order that exists; more is only spent where there is none. */
const mostTries = 200_000;

/**
 * Looks for an order of the operations that time allows and in which the books give every answer that was given, and which
 * ends in what `accepts` (the first complaint, or null). The books are left as that order leaves them. Throws, with the
 * furthest any order came and what stood against the next, when there is none.
 */
export function explain(
  books: Books,
  operations: readonly Operation[],
  scenes: ReadonlyMap<number, Scene>,
  accepts: () => string | null,
): void {
  // The earliest answer first: nearly always the order in which things happened.
  const sorted = [...operations].sort((one, other) => one.endedAt - other.endedAt);
  const seen = new Set<string>();
  const order: Operation[] = [];
  let tries = 0;
  let deepest: { order: Operation[]; against: string[] } = { order: [], against: [] };
  const goOn = (): boolean => {
    const waiting = sorted.filter((one) => !order.includes(one));
    if (waiting.length === 0) {
      const complaint = accepts();
      if (complaint === null) return true;
      deepest = { order: [...order], against: [`the end: ${complaint}`] };
      return false;
    }
    const here = `${waiting.map((one) => one.id).join(' ')} ${books.fingerprint()}`;
    if (seen.has(here) || tries > mostTries) return false;
    seen.add(here);
    const first = waiting[0]!.endedAt;
    const against: string[] = [];
    for (const operation of waiting.filter((one) => one.startedAt <= first)) {
      tries += 1;
      const mark = books.mark();
      const verdict = judge(books, operation, scenes.get(operation.id)!);
      if (verdict === null) {
        order.push(operation);
        if (goOn()) return true;
        order.pop();
      } else against.push(`${lineOf(operation)}\n      but ${verdict}`);
      books.rewind(mark);
    }
    if (order.length >= deepest.order.length && against.length > 0) deepest = { order: [...order], against };
    return false;
  };
  if (goOn()) return;
  const before = deepest.order.slice(-15).map((one) => `    ${lineOf(one)}`);
  throw new Error(
    `no order of ${operations.length} commands explains their answers (${tries} tries); the furthest took ${deepest.order.length}:\n` +
      `${before.join('\n')}\n  then none of:\n${deepest.against.map((one) => `    ${one}`).join('\n')}`,
  );
}
