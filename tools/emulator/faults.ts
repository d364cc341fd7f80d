/**
 * Ways a provider can misbehave. `timeout` takes the message and never answers; `lost` does the same by closing;
 * `noPermission` is what WeCom answers an application outside its visible range.
 */
export const faultKinds = [
  'timeout',
  'serverError',
  'rateLimit',
  'invalidToken',
  'noPermission',
  'lost',
  'garbage',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultPlan {
  /** The next calls of a provider go wrong so, in this order. */
  plan(provider: string, faults: readonly FaultKind[]): void;
  /** What goes wrong with this call, if anything. */
  next(provider: string): FaultKind | undefined;
  clear(): void;
}

export function makeFaultPlan(): FaultPlan {
  const waiting = new Map<string, FaultKind[]>();
  return {
    plan: (provider, faults) => void waiting.set(provider, [...(waiting.get(provider) ?? []), ...faults]),
    next: (provider) => waiting.get(provider)?.shift(),
    clear: () => waiting.clear(),
  };
}
