import { type EventKind, findEventKind } from './event-kinds.ts';

/** Stands for any payload: reading a name of it gives text, so that the facts of a kind can be listed without an event. */
const anyPayload: unknown = new Proxy({}, { get: () => '' });

/** Events a provider's template can be set for, with the names of what it can show. Codes have one, too. */
export function templateEvents(
  kinds: readonly [name: string, kind: EventKind<unknown>][],
): { kind: string; name: string; facts: string[] }[] {
  const code = findEventKind('signIn.code')!;
  return [...kinds, ['signIn.code', code] as const].map(([kind, one]) => ({
    kind,
    name: one.name,
    facts: Object.keys(one.facts(anyPayload)),
  }));
}
