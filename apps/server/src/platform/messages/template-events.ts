import { type EventKind, eventKinds, findEventKind } from './event-kinds.ts';

/** Stands for any payload: reading a name of it gives text, so that the facts of a kind can be listed without an event. */
const anyPayload: unknown = new Proxy({}, { get: () => '' });

/** Events a provider's template can be set for, with the names of what it can show: those on the settings page, and codes and dunning. */
export function templateEvents(
  kinds: readonly [name: string, kind: EventKind<unknown>][],
): { kind: string; name: string; facts: string[] }[] {
  const others = Object.keys(eventKinds)
    .map((name) => [name, findEventKind(name)!] as const)
    .filter(([, kind]) => kind.isInternal && kind.hasTemplate);
  return [...kinds, ...others].map(([kind, one]) => ({
    kind,
    name: one.name,
    facts: Object.keys(one.facts(anyPayload)),
  }));
}
