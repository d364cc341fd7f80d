import type { EndpointReply, previewBills } from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import type { ReadyStandard } from './standards-of-items.ts';

type Reply = EndpointReply<typeof previewBills>;
export type LineKind = Reply['lines'][number]['kind'];
/** A line before its target has got its name. */
export type UnnamedLine = Omit<Reply['lines'][number], 'targetLabel'>;

interface Tally {
  count: number;
  fen: bigint;
}

type TallyName = 'toRaise' | 'alreadyRaised' | 'previous';

/** Most different reasons that are told apart for one kind of line. */
const mostReasons = 20;

/** Adds a preview up while it streams by, and keeps the lines of one page. */
export interface PreviewTally {
  add(standard: ReadyStandard, name: TallyName, count: number, sumFen: bigint): void;
  noBill(): void;
  /** Counts a line; `make` is called only when the line is on the page. */
  line(kind: LineKind, reason: string, make: () => UnnamedLine): void;
  /** Counts lines that are not at hand and says which of them are on the page. */
  skipTo(kind: LineKind, reason: string, count: number): { offset: number; limit: number };
  place(lines: readonly UnnamedLine[]): void;
  lines(): readonly UnnamedLine[];
  reply(lines: Reply['lines']): Reply;
}

/** A tally whose page holds lines `offset`… of the kind wanted. */
export function createTally(page: { kind: LineKind | 'all'; offset: number; limit: number }): PreviewTally {
  const items = new Map<string, { label: string } & Record<TallyName, Tally>>();
  const kinds = new Map<LineKind, { count: number; reasons: Map<string, number> }>();
  const shown: UnnamedLine[] = [];
  let seen = 0;
  let noBillCount = 0;

  const count = (kind: LineKind, reason: string, by: number) => {
    const one = kinds.get(kind) ?? { count: 0, reasons: new Map<string, number>() };
    one.count += by;
    const name = one.reasons.has(reason) || one.reasons.size < mostReasons ? reason : '其他';
    one.reasons.set(name, (one.reasons.get(name) ?? 0) + by);
    kinds.set(kind, one);
  };
  const isWanted = (kind: LineKind) => page.kind === 'all' || page.kind === kind;

  return {
    add(standard, name, by, sumFen) {
      const item = items.get(standard.itemId) ?? { label: standard.itemName, ...emptyTallies() };
      item[name].count += by;
      item[name].fen += sumFen;
      items.set(standard.itemId, item);
    },
    noBill() {
      noBillCount += 1;
    },
    line(kind, reason, make) {
      count(kind, reason, 1);
      if (!isWanted(kind)) return;
      if (seen >= page.offset && shown.length < page.limit) shown.push(make());
      seen += 1;
    },
    skipTo(kind, reason, by) {
      if (by > 0) count(kind, reason, by);
      if (!isWanted(kind)) return { offset: 0, limit: 0 };
      const offset = Math.max(0, page.offset - seen);
      seen += by;
      return { offset, limit: Math.max(0, Math.min(page.limit - shown.length, by - offset)) };
    },
    place(lines) {
      shown.push(...lines);
    },
    lines: () => shown,
    reply: (lines) => ({
      ...totalsOf([...items.values()]),
      items: [...items].map(([chargeItemId, { label, ...tallies }]) => ({
        chargeItemId,
        chargeItemLabel: label,
        ...toWire(tallies),
      })),
      kinds: [...kinds].map(([kind, one]) => ({
        kind,
        count: one.count,
        reasons: [...one.reasons].map(([reason, by]) => ({ reason, count: by })),
      })),
      noBillCount,
      lines,
      lineCount: seen,
    }),
  };
}

function emptyTallies(): Record<TallyName, Tally> {
  return {
    toRaise: { count: 0, fen: 0n },
    alreadyRaised: { count: 0, fen: 0n },
    previous: { count: 0, fen: 0n },
  };
}

function totalsOf(items: readonly Record<TallyName, Tally>[]) {
  const total = emptyTallies();
  for (const item of items) {
    for (const name of ['toRaise', 'alreadyRaised', 'previous'] as const) {
      total[name].count += item[name].count;
      total[name].fen += item[name].fen;
    }
  }
  return toWire(total);
}

function toWire(tallies: Record<TallyName, Tally>) {
  const wire = ({ count, fen: sum }: Tally) => ({ count, sum: formatYuan(fen(sum)) });
  return {
    toRaise: wire(tallies.toRaise),
    alreadyRaised: wire(tallies.alreadyRaised),
    previous: wire(tallies.previous),
  };
}
