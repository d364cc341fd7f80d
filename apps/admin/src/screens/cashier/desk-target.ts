import { chargeTargetKinds, type SearchHit, type TargetKind } from '@anlin/contract';

/** A house, parking space or vehicle in the address: `house:0193…`. */
export interface DeskTargetRef {
  kind: TargetKind;
  id: string;
}

export function readTargetRef(text: string | undefined): DeskTargetRef | null {
  const [kind, id] = text?.split(':') ?? [];
  return kind && id && Object.hasOwn(chargeTargetKinds, kind) ? { kind: kind as TargetKind, id } : null;
}

export function writeTargetRef({ kind, id }: DeskTargetRef): string {
  return `${kind}:${id}`;
}

export type RecentTarget = Pick<SearchHit, 'kind' | 'id' | 'label' | 'communityLabel'> & { people: string };

const mostRecent = 8;

/** Checks what the device remembers. */
export function readRecent(stored: unknown): RecentTarget[] {
  if (!Array.isArray(stored)) return [];
  return stored.filter((one): one is RecentTarget => typeof one?.id === 'string' && typeof one?.label === 'string');
}

/** The newest first, each once. */
export function addRecent(list: readonly RecentTarget[], target: RecentTarget): RecentTarget[] {
  return [target, ...list.filter((one) => one.id !== target.id)].slice(0, mostRecent);
}
