/**
 * The independent books of the random histories: what each deed meant in plain amounts, noted by the test when the deed was
 * accepted and never read back from the product.
 */
export type FactKind =
  | 'receivable'
  | 'discount'
  | 'waiver'
  | 'principal'
  | 'lateFee'
  | 'lateFeeWaived'
  | 'refundedPrincipal'
  | 'refundedLateFee'
  | 'money'
  | 'refundedMoney'
  | 'undoneMoney'
  | 'topUp'
  | 'bonus'
  | 'used'
  | 'prepaidReturned'
  | 'deposit'
  | 'depositReturned'
  | 'depositUsed'
  | 'depositKept'
  | 'depositForfeited'
  | 'other';

export interface Fact {
  kind: FactKind;
  day: string;
  itemId: string | null;
  /** `2026-01` of a bill. */
  month: string | null;
  houseId: string;
  fen: bigint;
}

export interface Model {
  facts: Fact[];
  bills: Map<
    string,
    { houseId: string; itemId: string; month: string; fen: bigint; isVoid: boolean; givenFen: bigint }
  >;
  receipts: { id: string; facts: Fact[]; state: 'valid' | 'reversed' | 'void' | 'refunded'; voided: string[] }[];
}

export type Wanted = Partial<Pick<Fact, 'itemId' | 'houseId'>> & { from?: string; to?: string };

/** What facts of a kind add up to. */
export function total(model: Model, kinds: FactKind | readonly FactKind[], wanted: Wanted = {}): bigint {
  const list = typeof kinds === 'string' ? [kinds] : kinds;
  return model.facts
    .filter(({ kind }) => list.includes(kind))
    .filter(({ day }) => (wanted.from ?? '') <= day && day <= (wanted.to ?? '9999'))
    .filter(({ itemId }) => wanted.itemId === undefined || itemId === wanted.itemId)
    .filter(({ houseId }) => wanted.houseId === undefined || houseId === wanted.houseId)
    .reduce((sum, { fen }) => sum + fen, 0n);
}

/** Received principal by the year of the bill against the year it came in. */
export function receivedOfYears(model: Model, which: 'same' | 'earlier' | 'later', wanted: Wanted = {}): bigint {
  const part = model.facts.filter(({ day, month }) => {
    const [came, due] = [day.slice(0, 4), month?.slice(0, 4) ?? ''];
    return which === 'same' ? came === due : which === 'earlier' ? due < came : due > came;
  });
  return total({ ...model, facts: part }, 'principal', wanted);
}

/** The same facts the other way round, on another day. */
export function undone(facts: readonly Fact[], day: string): Fact[] {
  return facts.flatMap((fact) => [
    { ...fact, day, fen: -fact.fen },
    ...(fact.kind === 'money' ? [{ ...fact, kind: 'undoneMoney' as const, day }] : []),
  ]);
}

/** A void receipt brought back: everything again. */
export function again(facts: readonly Fact[], day: string): Fact[] {
  return facts.flatMap((fact) => [
    { ...fact, day },
    ...(fact.kind === 'money' ? [{ ...fact, kind: 'undoneMoney' as const, day, fen: -fact.fen }] : []),
  ]);
}
