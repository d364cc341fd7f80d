import type { RunningServices } from '../../apps/server/src/platform/start-services.ts';

/** What a bench is given: a server of its own with an empty, migrated database, durable as in production. */
export interface BenchEnvironment {
  services: RunningServices;
  databaseUrl: string;
  /** Smaller sizes, for trying the benches themselves; figures of a quick run prove nothing. */
  isQuick: boolean;
  /** Ten times the usual size, where a bench knows one. */
  isLarge: boolean;
  /** A company with one community and one staff member; its name is made unique. */
  freshCompany(): Promise<BenchCompany>;
  say(message: string): void;
}

export interface BenchCompany {
  companyId: string;
  communityId: string;
  staffId: string;
}

/** Median with the smallest and largest of the runs. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export interface BenchResult {
  name: string;
  /** Unit of `ours` and `reference`: s, bills/s, requests/s, MB. */
  unit: string;
  ours: Spread;
  reference?: Spread;
  /** Ours against the reference, pair by pair, so that larger is better. */
  ratio?: Spread;
  /** The bar as people read it, and whether the median reaches it. */
  bar?: { text: string; isReached: boolean };
  note?: string;
}

export interface Bench {
  name: string;
  run(environment: BenchEnvironment): Promise<BenchResult[]>;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/**
 * Runs two ways of doing the same in turn, A B B A …, so that drift of the machine touches both alike.
 * Each returns its figure; nothing is thrown away.
 */
export async function inTurn(
  pairs: number,
  ours: (round: number) => Promise<number>,
  reference: (round: number) => Promise<number>,
): Promise<{ ours: number[]; reference: number[] }> {
  const figures = { ours: [] as number[], reference: [] as number[] };
  for (let round = 0; round < pairs; round += 1) {
    const order = round % 2 === 0 ? (['ours', 'reference'] as const) : (['reference', 'ours'] as const);
    for (const which of order) figures[which].push(await (which === 'ours' ? ours : reference)(round));
  }
  return figures;
}

/** Quotients pair by pair. */
export function ratiosOf(over: readonly number[], under: readonly number[]): number[] {
  return over.map((value, index) => value / under[index]!);
}

/** Seconds that `work` takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
