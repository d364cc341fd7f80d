import type { Context } from '../../platform/context.ts';
import { join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { idCardField } from './id-card-field.ts';
import { afterPrefix, reversed, type SearchTerms, searchTerms } from './search-terms.ts';

/**
 * Conditions that PostgreSQL can answer from an index under row-level security: ranges in byte order of plain columns
 * (see the notes in 0002-estate.sql). `like` only ever narrows what a range has found.
 */
export function startsWith(columnSql: string, prefix: string): Sql {
  const column = raw(columnSql);
  return sql`(${column} operator(pg_catalog.~>=~) ${prefix}::text and ${column} operator(pg_catalog.~<~) ${afterPrefix(prefix)}::text)`;
}

/** Houses `h` whose place begins with what was typed, or whose room does with the other parts before it. */
export function roomConditions(room: NonNullable<SearchTerms['room']>): Sql[] {
  const { key, parts, last } = room;
  if (parts.length === 1) return [startsWith('h.room_key', key), startsWith('h.search_key', `${key}-`)];
  // A short last part would match half the estate, so it must then be the whole room.
  const byRoom = last.length >= 3 ? startsWith('h.room_key', last) : sql`h.room_key = ${last}`;
  const before = parts.slice(0, -1).map(likeText).join('-%');
  return [startsWith('h.search_key', key), sql`(${byRoom} and '-' || h.search_key like ${`%-${before}-%`})`];
}

interface ResidentCondition {
  matched: 'name' | 'pinyin' | 'phone' | 'idCard';
  condition: Sql;
}

/** Residents `r` by name, pinyin or phone tail; by a whole id card only for those who may see them (EST-12). */
export function residentConditions(ctx: Context, terms: SearchTerms): ResidentCondition[] {
  const found: ResidentCondition[] = [];
  if (terms.idCard && ctx.permissions.has('resident.reveal')) {
    const index = ctx.vault.blindIndex(terms.idCard, { companyId: ctx.companyId, field: idCardField });
    found.push({ matched: 'idCard', condition: sql`r.id_card_index = ${index}` });
  }
  if (terms.phoneTail) {
    const condition = sql`r.phone <> '' and ${startsWith('r.phone_reversed', reversed(terms.phoneTail))}`;
    found.push({ matched: 'phone', condition });
  }
  if (terms.name) found.push({ matched: 'name', condition: startsWith('r.name', terms.name) });
  if (terms.pinyin) {
    found.push({ matched: 'pinyin', condition: startsWith('r.pinyin_initials', terms.pinyin) });
    if (terms.pinyin.length > 2) found.push({ matched: 'pinyin', condition: startsWith('r.pinyin', terms.pinyin) });
  }
  return found;
}

export function plateCondition(plate: string): Sql {
  return sql`(${startsWith('v.plate', plate)} or ${startsWith('v.plate_reversed', reversed(plate))})`;
}

export function spaceCondition(space: string): Sql {
  return sql`(${startsWith('p.search_key', space)} or ${startsWith('p.search_key_reversed', reversed(space))})`;
}

/** Ids of residents the search box of their lists finds: by name, pinyin, phone tail, id card. */
export function residentIdsMatching(ctx: Context, q: string): Sql {
  const parts = residentConditions(ctx, searchTerms(q)).map(
    ({ condition }) => sql`select r.id from resident r where r.company_id = ${ctx.companyId} and ${condition}`,
  );
  return parts.length === 0 ? sql`select null::uuid where false` : join(parts, ' union all ');
}

/** Ids of houses by their place alone. */
export function houseIdsByPlace(companyId: string, q: string): Sql {
  const { room } = searchTerms(q);
  const parts = (room ? roomConditions(room) : []).map(
    (condition) => sql`select h.id from house h where h.company_id = ${companyId} and ${condition}`,
  );
  return parts.length === 0 ? sql`select null::uuid where false` : join(parts, ' union all ');
}

/**
 * Ids of houses a search box finds wherever a house is chosen (EST-11): by place, by who lives there now, by their
 * phones and id cards, by plates of their vehicles and numbers of their parking spaces.
 */
export function houseIdsMatching(ctx: Context, terms: SearchTerms): Sql {
  const { companyId, permissions } = ctx;
  const seesResidents = permissions.has('resident.view');
  const parts: Sql[] = [];
  for (const condition of terms.room ? roomConditions(terms.room) : []) {
    parts.push(sql`select h.id from house h where h.company_id = ${companyId} and ${condition}`);
  }
  for (const { condition } of seesResidents ? residentConditions(ctx, terms) : []) {
    parts.push(sql`select o.house_id from resident r
      join occupancy o on o.company_id = r.company_id and o.resident_id = r.id and o.moved_out_on is null
      where r.company_id = ${companyId} and ${condition}`);
  }
  if (terms.plate && permissions.has('vehicle.view')) {
    parts.push(
      sql`select l.house_id from vehicle v join vehicle_house l on l.company_id = v.company_id and l.vehicle_id = v.id
        where v.company_id = ${companyId} and ${plateCondition(terms.plate)}`,
    );
  }
  if (terms.space && permissions.has('parkingSpace.view')) {
    parts.push(
      sql`select l.house_id from parking_space p join parking_space_house l on l.company_id = p.company_id and l.parking_space_id = p.id
        where p.company_id = ${companyId} and ${spaceCondition(terms.space)}`,
    );
  }
  return parts.length === 0 ? sql`select null::uuid where false` : join(parts, ' union all ');
}
