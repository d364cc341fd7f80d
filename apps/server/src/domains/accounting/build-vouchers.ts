import { type MappedAccount, mappedAccounts, type VoucherKind, voucherKinds } from '@anlin/contract';
import type { AccountMap, MappingRow } from './account-map.ts';
import type { BookCommunity, JournalGroup, VoucherRange } from './journal-groups.ts';
import { splitTax } from './split-tax.ts';

export interface DraftLine {
  account: MappedAccount;
  summary: string;
  code: string;
  name: string;
  side: 'debit' | 'credit';
  /** On its side; negative is red. */
  amountFen: bigint;
  taxRate: string | null;
  /** Taken out of it into the tax's line, with its sign: amount and tax together are the journal's. */
  taxFen: bigint;
  department_code: string;
  department_name: string;
  customer_code: string;
  customer_name: string;
  project_code: string;
  project_name: string;
}

export interface Draft {
  communityId: string;
  communityName: string;
  kind: VoucherKind;
  day: string;
  firstDay: string;
  lastDay: string;
  /** Debit and credit are the same. */
  totalFen: bigint;
  lines: DraftLine[];
  parts: readonly JournalGroup[];
}

/** Income of every kind stands on the credit side also when it goes back: accountants write it red, so that turnover is net. */
const alwaysCredit: readonly MappedAccount[] = ['income', 'lateFeeIncome', 'otherIncome', 'forfeitIncome', 'outputTax'];

/**
 * Vouchers from the journal's groups (in the vouchers' order): one for each community, day or month, and kind. Debits are credits to the fen,
 * because the journal balances and tax is only moved. `unmapped` names the accounts that have no code yet.
 */
export function buildVouchers(
  groups: readonly JournalGroup[],
  communities: readonly BookCommunity[],
  range: VoucherRange,
  map: AccountMap,
): { drafts: Draft[]; unmapped: string[] } {
  const byId = new Map(communities.map((one) => [one.id, one]));
  const unmapped = new Set<string>();
  const vouchers = Map.groupBy(groups, ({ community_id, kind, period }) => `${period} ${community_id} ${kind}`);
  const drafts = [...vouchers.values()].map((parts) =>
    buildOne(parts, byId.get(parts[0]!.community_id)!, range, map, unmapped),
  );
  return { drafts, unmapped: [...unmapped] };
}

function buildOne(
  parts: readonly JournalGroup[],
  community: BookCommunity,
  range: VoucherRange,
  map: AccountMap,
  unmapped: Set<string>,
): Draft {
  const { kind, period } = parts[0]!;
  const days = daysOf(period, range);
  const text = `${range.grouping === 'day' ? period : period.slice(0, 7)} ${voucherKinds[kind]} ${community.name}`;
  const bundles = bundle(parts, map);
  for (const { parts: own, mapping } of bundles) if (mapping.code === '') unmapped.add(nameOfPart(own[0]!));
  const taxes = takeTax(bundles);
  const lines = bundles.map((one) => lineOf(one, community, text));
  for (const { rate, taxFen } of taxes) {
    const mapping = map({ account: 'outputTax', taxRate: rate });
    if (mapping.code === '') unmapped.add(`${mappedAccounts.outputTax} ${plainRate(rate)}`);
    const bundled = { mapping, rate, parts: [], netFen: taxFen, taxFen: 0n };
    lines.push(lineOf(bundled, community, `${text} 税率${plainRate(rate)}`));
  }
  const placed = placeSides(lines).toSorted((a, b) => Number(a.side === 'credit') - Number(b.side === 'credit'));
  return {
    communityId: community.id,
    communityName: community.name,
    kind,
    day: days.lastDay,
    ...days,
    totalFen: placed.reduce((sum, { side, amountFen }) => (side === 'debit' ? sum + amountFen : sum), 0n),
    lines: placed,
    parts,
  };
}

function daysOf(period: string, { firstDay, lastDay, grouping }: VoucherRange): { firstDay: string; lastDay: string } {
  if (grouping === 'day') return { firstDay: period, lastDay: period };
  const from = Temporal.PlainDate.from(period);
  const end = from.with({ day: from.daysInMonth }).toString();
  return { firstDay: period > firstDay ? period : firstDay, lastDay: end < lastDay ? end : lastDay };
}

/** Parts that go into one line, and what of them stays in it. Debit positive until the sides are known. */
interface Bundle {
  mapping: MappingRow;
  rate: string | null;
  parts: JournalGroup[];
  netFen: bigint;
  taxFen: bigint;
}

function bundle(parts: readonly JournalGroup[], map: AccountMap): Bundle[] {
  const bundles = new Map<string, Bundle>();
  for (const part of parts) {
    const mapping = map({ account: part.account, itemId: part.charge_item_id, methodId: part.payment_method_id });
    const rate = mapping.has_tax ? part.tax_rate : null;
    const key = `${part.account} ${mapping.id} ${rate ?? ''} ${detailOf(mapping, part)}`;
    const known = bundles.get(key) ?? { mapping, rate, parts: [], netFen: 0n, taxFen: 0n };
    known.parts.push(part);
    known.netFen += part.amount_fen;
    bundles.set(key, known);
  }
  return [...bundles.values()].filter(({ netFen }) => netFen !== 0n);
}

/** What of a part has a line of its own, as finely as the mapping says. */
function detailOf({ detail }: MappingRow, { charge_item_id, target_id }: JournalGroup): string {
  if (detail === 'sum') return '';
  return detail === 'item' ? `${charge_item_id ?? ''}` : `${charge_item_id ?? ''} ${target_id ?? ''}`;
}

/** Moves the tax out of the bundles that contain some; what each rate comes to. */
function takeTax(bundles: readonly Bundle[]): { rate: string; taxFen: bigint }[] {
  const taxed = Map.groupBy(
    bundles.filter(({ rate }) => rate !== null),
    ({ rate }) => rate ?? '',
  );
  return [...taxed].flatMap(([rate, ones]) => {
    const shares = splitTax(
      ones.map(({ netFen }) => netFen),
      rate,
    );
    for (const [index, one] of ones.entries()) {
      one.taxFen = shares[index]!;
      one.netFen -= one.taxFen;
    }
    const taxFen = shares.reduce((sum, share) => sum + share, 0n);
    return taxFen === 0n ? [] : [{ rate, taxFen }];
  });
}

function lineOf({ mapping, rate, parts, netFen, taxFen }: Bundle, community: BookCommunity, text: string): DraftLine {
  const has = (auxiliary: MappingRow['auxiliaries'][number]) => mapping.auxiliaries.includes(auxiliary);
  const names = new Set(parts.map(({ item_name, method_name }) => method_name ?? item_name));
  const [only] = names.size === 1 ? [...names] : [null];
  const [whose] = mapping.detail === 'target' ? parts : [];
  const house = whose?.target_name ?? null;
  return {
    account: mapping.account,
    // The house comes first: a summary is cut after 25 characters.
    summary: cutText([house, text, only].filter((part) => part !== null && part !== undefined).join(' ')),
    code: mapping.code,
    name: mapping.name,
    // Debit positive for now.
    side: isCredit(mapping) ? 'credit' : netFen + taxFen > 0n ? 'debit' : 'credit',
    amountFen: netFen,
    taxRate: rate,
    taxFen,
    department_code: has('department') ? community.department_code : '',
    department_name: has('department') ? community.department_name : '',
    customer_code: has('customer') ? (house === null ? community.customer_code : (whose?.target_code ?? house)) : '',
    customer_name: has('customer') ? (house ?? community.customer_name) : '',
    project_code: has('project') ? community.project_code : '',
    project_name: has('project') ? community.project_name : '',
  };
}

/** A discount or waiver that takes tax back is less income; otherwise it is an expense. */
const isCredit = ({ account, has_tax }: MappingRow) =>
  alwaysCredit.includes(account) || ((account === 'discount' || account === 'waiver') && has_tax);

/** Gives amounts the sign of their side. Where all stand on one side, what is not income goes to the other in red. */
function placeSides(lines: readonly DraftLine[]): DraftLine[] {
  const isOneSided = lines.every(({ side }) => side === lines[0]!.side);
  const stays = (line: DraftLine) =>
    alwaysCredit.includes(line.account) || line.account === 'discount' || line.account === 'waiver';
  return lines.map((line) => {
    const side = isOneSided && !stays(line) ? (line.side === 'debit' ? 'credit' : 'debit') : line.side;
    const sign = side === 'debit' ? 1n : -1n;
    return { ...line, side, amountFen: sign * line.amountFen, taxFen: sign * line.taxFen };
  });
}

function nameOfPart({ account, item_name, method_name }: JournalGroup): string {
  const of = method_name ?? item_name;
  return of ? `${mappedAccounts[account]}（${of}）` : mappedAccounts[account];
}

/** '6.00' as people write it. */
const plainRate = (rate: string) => `${Number(rate)}%`;

const summaryBytes = 50;

/** The accounting programs take 50 bytes of GBK: 25 Chinese characters. */
function cutText(text: string): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += (character.codePointAt(0) ?? 0) < 0x80 ? 1 : 2;
    if (bytes > summaryBytes) break;
    kept += character;
  }
  return kept;
}
