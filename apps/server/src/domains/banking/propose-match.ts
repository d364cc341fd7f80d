import type { Fen } from '@anlin/money';
import { toHalfWidth } from '@anlin/spreadsheet';
import { searchKeyOf } from '../estate/index.ts';

/** A house that owes, with its parking spaces: what a payment may be for. */
export interface Debtor {
  houseId: string;
  /** `1-1-101`: the place in the form every notation comes to. */
  searchKey: string;
  name: string;
  number: string;
  /** Owners and others who live there now. */
  people: readonly string[];
  bills: readonly { id: string; month: string; owedFen: Fen }[];
}

export interface Payment {
  amountFen: Fen;
  payerName: string;
  remark: string;
}

export interface Proposal {
  houseId: string;
  billIds: string[];
  confidence: 'sure' | 'likely';
  /** Chinese. */
  why: string;
}

/** Sums a house may pay at once: everything it owes, one month, one bill. */
interface Sum {
  debtor: Debtor;
  what: string;
  billIds: string[];
}

export interface MatchIndex {
  byKey: ReadonlyMap<string, readonly Debtor[]>;
  byNumber: ReadonlyMap<string, readonly Debtor[]>;
  byPerson: ReadonlyMap<string, readonly Debtor[]>;
  bySum: ReadonlyMap<Fen, readonly Sum[]>;
}

const push = <K, V>(map: Map<K, V[]>, key: K, value: V) => {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
};

/** Made once for all payments of a run. */
export function indexDebtors(debtors: readonly Debtor[]): MatchIndex {
  const [byKey, byNumber, byPerson] = [
    new Map<string, Debtor[]>(),
    new Map<string, Debtor[]>(),
    new Map<string, Debtor[]>(),
  ];
  const bySum = new Map<Fen, Sum[]>();
  for (const debtor of debtors) {
    push(byKey, debtor.searchKey, debtor);
    push(byNumber, debtor.number, debtor);
    for (const name of new Set(debtor.people)) push(byPerson, name, debtor);
    for (const sum of sumsOf(debtor)) push(bySum, sum.owedFen, sum);
  }
  return { byKey, byNumber, byPerson, bySum };
}

/** The widest sum first; of two that are the same money only the first counts. */
function sumsOf(debtor: Debtor): (Sum & { owedFen: Fen })[] {
  const { bills } = debtor;
  const total = (of: readonly { owedFen: Fen }[]) => of.reduce((sum, bill) => (sum + bill.owedFen) as Fen, 0n as Fen);
  const idsOf = (of: readonly { id: string }[]) => of.map((bill) => bill.id);
  const sums = [
    { debtor, what: '全部欠费', billIds: idsOf(bills), owedFen: total(bills) },
    ...[...Map.groupBy(bills, (bill) => bill.month)].map(([month, of]) => ({
      debtor,
      what: `${month} 的账单`,
      billIds: idsOf(of),
      owedFen: total(of),
    })),
    ...bills.map((bill) => ({ debtor, what: '一张账单', billIds: [bill.id], owedFen: bill.owedFen })),
  ];
  const known = new Set<Fen>();
  return sums.filter(({ owedFen }) => !known.has(owedFen) && known.add(owedFen));
}

/**
 * Which house a payment is for, and how sure that is (CSH-10). Sure takes an exact sum and the room in the remark, or an exact
 * sum and a payer's name that only one house with that sum has; and nothing that speaks against it: a room that is another
 * one, or two houses that fit. Null when nothing fits.
 */
export function proposeMatch(index: MatchIndex, payment: Payment): Proposal | null {
  const said = roomsIn(index, payment);
  const named = peopleIn(index, payment);
  const sums = index.bySum.get(payment.amountFen) ?? [];
  const inRoom = sums.filter((sum) => said.exact.includes(sum.debtor));
  if (inRoom.length === 1 && said.exact.length === 1)
    return of(inRoom[0]!, 'sure', ['附言写明房号', isNamed(named, inRoom[0]!)]);
  if (said.exact.length > 1) return null;
  const byName = sums.filter((sum) => named.includes(sum.debtor));
  const [room] = said.exact;
  // The room that was written has another sum: a person looks at it.
  if (room) return { houseId: room.houseId, billIds: [], confidence: 'likely', why: '附言写明房号，但金额与欠费不符' };
  if (byName.length === 1) return of(byName[0]!, 'sure', ['付款人是住户']);
  const byNumber = sums.filter((sum) => said.loose.includes(sum.debtor));
  if (byNumber.length === 1) return of(byNumber[0]!, 'likely', ['附言里有房号的末段']);
  if (sums.length === 1 && byName.length === 0) return of(sums[0]!, 'likely', ['只有这一户欠这个数']);
  const [only, ...others] = named;
  if (only && others.length === 0)
    return { houseId: only.houseId, billIds: [], confidence: 'likely', why: '付款人是住户，但金额与欠费不符' };
  return null;
}

function of(sum: Sum, confidence: Proposal['confidence'], reasons: (string | false)[]): Proposal {
  const why = [...reasons.filter((one) => one !== false), `金额等于${sum.what}`].join('，');
  return { houseId: sum.debtor.houseId, billIds: sum.billIds, confidence, why };
}

const isNamed = (named: readonly Debtor[], sum: Sum) => named.includes(sum.debtor) && '付款人是住户';

const place =
  /[\dA-Za-z]+\s*(?:(?:栋|幢|座|号楼|#)\s*[-—–]?|[-—–])\s*(?:[\dA-Za-z]+\s*(?:单元\s*[-—–]?|[-—–])\s*)?\d+\s*(?:室|号|房)?/g;

/** Houses the remark names: by their whole place, and by their number alone. */
function roomsIn(index: MatchIndex, { remark, payerName }: Payment): { exact: Debtor[]; loose: Debtor[] } {
  const text = toHalfWidth(`${remark} ${payerName}`);
  const keys = [...text.matchAll(place)].map(([found]) => searchKeyOf(found.replace(/[—–]/g, '-').replace(/\s/g, '')));
  const exact = [...new Set(keys.flatMap((key) => index.byKey.get(key) ?? []))];
  const numbers = [...text.matchAll(/(?<!\d)\d{3,4}(?!\d)/g)].map(([found]) => found);
  return { exact, loose: [...new Set(numbers.flatMap((number) => index.byNumber.get(number) ?? []))] };
}

/** Houses of the payer, and of people whose names stand in the remark. */
function peopleIn(index: MatchIndex, { payerName, remark }: Payment): Debtor[] {
  const words = remark.split(/[^\p{Script=Han}]+/u).filter((word) => word.length >= 2 && word.length <= 4);
  return [...new Set([payerName, ...words].flatMap((name) => index.byPerson.get(name) ?? []))];
}
