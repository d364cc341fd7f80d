import { join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { afterPrefix, reversed, type SearchTerms } from './search-terms.ts';

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

/** Residents `r` by name, pinyin or phone tail. */
export function residentConditions(terms: SearchTerms): { matched: 'name' | 'pinyin' | 'phone'; condition: Sql }[] {
  const found: { matched: 'name' | 'pinyin' | 'phone'; condition: Sql }[] = [];
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

/** Ids of houses the search box of the list finds: by place, by who lives there now, by their phones. */
export function houseIdsMatching(companyId: string, terms: SearchTerms, seesResidents: boolean): Sql {
  const parts: Sql[] = [];
  for (const condition of terms.room ? roomConditions(terms.room) : []) {
    parts.push(sql`select h.id from house h where h.company_id = ${companyId} and ${condition}`);
  }
  for (const { condition } of seesResidents ? residentConditions(terms) : []) {
    parts.push(sql`select o.house_id from resident r
      join occupancy o on o.company_id = r.company_id and o.resident_id = r.id and o.moved_out_on is null
      where r.company_id = ${companyId} and ${condition}`);
  }
  return parts.length === 0 ? sql`select null::uuid where false` : join(parts, ' union all ');
}
