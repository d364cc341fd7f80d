import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { idCardField } from '../estate/index.ts';

/** One person of a file. Keys of columns the file does not have are absent. */
export interface PersonRow {
  name: string;
  phone?: string;
  /** Eighteen digits in clear: only in memory. */
  idCard?: string;
  houseId: string;
}

export interface NumberedPerson<Row extends PersonRow = PersonRow> {
  number: number;
  row: Row;
}

export interface KnownPerson {
  id: string;
  name: string;
  phone: string;
  /** Blind index of the id card, hex; empty when none is known. */
  card: string;
  /** Whether the actor may see them. */
  isSeen: boolean;
}

export interface PersonFailure {
  row: number;
  key: 'phone' | 'idCard';
  message: string;
}

export interface Recognised {
  /** By row of the file; rows of people whom nobody knows are absent. */
  people: ReadonlyMap<number, KnownPerson>;
  failures: PersonFailure[];
}

/** Blind index of a number, as `resident.id_card_index` has it. */
export function cardIndex(ctx: Context, idCard: string): Buffer {
  return ctx.vault.blindIndex(idCard, { companyId: ctx.companyId, field: idCardField });
}

/**
 * Whom the rows speak of. A person is known by phone and by id card in the whole company, also where the actor may not
 * look (EST-7: one phone, one resident); else by name among those of the house, as long as nothing contradicts it.
 */
export async function recognisePeople(ctx: Context, rows: readonly NumberedPerson[]): Promise<Recognised> {
  const cards = new Map(rows.flatMap(({ row }) => (row.idCard ? [[row.idCard, cardIndex(ctx, row.idCard)]] : [])));
  const phones = rows.flatMap(({ row }) => (row.phone ? [row.phone] : []));
  const known = await knownBy(ctx, phones, [...cards.values()]);
  const byPhone = new Map(known.filter((one) => one.phone !== '').map((one) => [one.phone, one]));
  const byCard = new Map(known.filter((one) => one.card !== '').map((one) => [one.card, one]));
  const atHome = await peopleOfHouses(ctx, rows);
  const people = new Map<number, KnownPerson>();
  const failures: PersonFailure[] = [];
  for (const { number, row } of rows) {
    const card = row.idCard ? cards.get(row.idCard)!.toString('hex') : '';
    const ofPhone = row.phone ? byPhone.get(row.phone) : undefined;
    const ofCard = card === '' ? undefined : byCard.get(card);
    const failure = contradiction(row, card, ofPhone, ofCard);
    if (failure) failures.push({ row: number, ...failure });
    const person = ofPhone ?? ofCard ?? atHome.get(homeKey(row))?.find((one) => fits(one, row, card));
    if (person && !failure) people.set(number, person);
  }
  return { people, failures };
}

function fits(one: KnownPerson, row: PersonRow, card: string): boolean {
  return (
    (one.phone === '' || !row.phone || one.phone === row.phone) && (one.card === '' || card === '' || one.card === card)
  );
}

function contradiction(
  row: PersonRow,
  card: string,
  ofPhone: KnownPerson | undefined,
  ofCard: KnownPerson | undefined,
): Omit<PersonFailure, 'row'> | undefined {
  if (ofPhone && ofCard && ofPhone.id !== ofCard.id) {
    const message = '手机号和证件号分属两位已登记的住户。请核对；若是同一人，请先在“住户”中合并他们的资料';
    return { key: 'idCard', message };
  }
  const other = ofPhone ?? ofCard;
  if (!other) return undefined;
  const [key, what] = ofPhone ? (['phone', '手机号'] as const) : (['idCard', '证件号'] as const);
  if (other.name !== row.name) {
    const whose = other.isSeen
      ? `住户“${other.name}”名下，与本行姓名“${row.name}”不同`
      : '另一位住户名下，姓名与本行不同';
    return { key, message: `这个${what}已登记在${whose}。请核对姓名或${what}` };
  }
  if (card !== '' && other.card !== '' && other.card !== card) {
    return { key: 'idCard', message: '这位住户已登记了另一个证件号。请核对；要更改请在“住户”中重新登记证件' };
  }
  return undefined;
}

interface FoundPerson {
  id: string;
  name: string;
  phone: string;
  card: Buffer | null;
}

const viewed = ({ card, ...person }: FoundPerson, isSeen: boolean): KnownPerson => ({
  ...person,
  card: card?.toString('hex') ?? '',
  isSeen,
});

async function knownBy(ctx: Context, phones: string[], cards: Buffer[]): Promise<KnownPerson[]> {
  if (phones.length + cards.length === 0) return [];
  const found = await ctx.tx.rows<FoundPerson>(
    sql`select id, name, phone, card from residents_by_identity(${phones}::text[], ${cards}::bytea[])`,
  );
  const seen = await ctx.tx.rows<{ id: string }>(
    sql`select id from resident where company_id = ${ctx.companyId} and id = any (${found.map((one) => one.id)}::uuid[])`,
  );
  const ids = new Set(seen.map((one) => one.id));
  return found.map((one) => viewed(one, ids.has(one.id)));
}

const homeKey = ({ houseId, name }: PersonRow) => `${houseId} ${name}`;

/** Whoever lives or lived in the houses, by house and name. */
async function peopleOfHouses(ctx: Context, rows: readonly NumberedPerson[]): Promise<Map<string, KnownPerson[]>> {
  const houses = [...new Set(rows.map(({ row }) => row.houseId))];
  const found = await ctx.tx.rows<FoundPerson & { house_id: string }>(
    sql`select distinct o.house_id, r.id, r.name, r.phone, r.id_card_index as card
      from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
      where o.company_id = ${ctx.companyId} and o.house_id = any (${houses}::uuid[]) order by r.id`,
  );
  const people = found.map(({ house_id: houseId, ...one }) => ({ houseId, person: viewed(one, true) }));
  const groups = Map.groupBy(people, ({ houseId, person }) => homeKey({ houseId, name: person.name }));
  return new Map([...groups].map(([key, list]) => [key, list.map((one) => one.person)]));
}
