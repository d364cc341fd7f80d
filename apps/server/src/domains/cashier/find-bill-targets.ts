import type { TargetKind } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { plateOf, searchKeyOf } from '../estate/index.ts';

export interface BillTarget {
  targetKind: TargetKind;
  targetId: string;
}

interface Place {
  text: string;
  /** Without the community, with - between its parts. */
  key: string;
  building: string | null;
  number: string;
  plate: string;
}

/** Reads `翠湖花园/11栋/2单元/11-2-701`, `商铺/-/S010` and `1-1-101`. */
function placeOf(text: string, communityName: string): Place {
  const parts = text
    .split(/[/／\\]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length > 1 && parts[0] === communityName) parts.shift();
  const named = parts.filter((part) => !/^[-—]+$/.test(part));
  return {
    text,
    key: searchKeyOf(named.join('-')),
    building: named.length > 1 ? (named[0] ?? null) : null,
    number: named.at(-1) ?? '',
    plate: plateOf((named.at(-1) ?? '').replace(/^车辆/, '')),
  };
}

/**
 * Finds the houses, or else parking spaces, or else vehicles, of a community by what other systems call them: by full name, by
 * building and number, by number, by search key, by plate, whichever is the first to know it. `several` when one text means more than one.
 */
export async function findBillTargets(
  ctx: Context,
  community: { id: string; name: string },
  texts: readonly string[],
): Promise<ReadonlyMap<string, BillTarget | 'several'>> {
  const places = [...new Set(texts)].map((text) => placeOf(text, community.name));
  const column = <K extends keyof Place>(key: K) => places.map((place) => place[key]);
  const rows = await ctx.tx.rows<{ text: string; rank: number; id: string; kind: BillTarget['targetKind'] }>(sql`
    with place as (select * from unnest(${column('text')}::text[], ${column('key')}::text[], ${column('building')}::text[], ${column('number')}::text[], ${column('plate')}::text[])
      as n (text, key, building, number, plate))
    select n.text, 1 as rank, h.id, 'house' as kind from place n
      join house h on h.company_id = ${ctx.companyId} and h.community_id = ${community.id} and h.full_name = n.text
    union all select n.text, case when b.name = n.building then 2 when n.building is null then 3 else 7 end, h.id, 'house' from place n
      join house h on h.company_id = ${ctx.companyId} and h.community_id = ${community.id} and h.number = n.number
      join building b on b.company_id = h.company_id and b.id = h.building_id
    union all select n.text, 4, h.id, 'house' from place n
      join house h on h.company_id = ${ctx.companyId} and h.community_id = ${community.id} and h.search_key = n.key
    union all select n.text, 5, s.id, 'parkingSpace' from place n
      join parking_space s on s.company_id = ${ctx.companyId} and s.community_id = ${community.id} and s.number in (n.text, n.number)
    union all select n.text, 6, v.id, 'vehicle' from place n
      join vehicle v on v.company_id = ${ctx.companyId} and v.community_id = ${community.id} and v.plate = n.plate`);
  const found = new Map<string, BillTarget | 'several'>();
  // The seventh is a house of that number in another building: not what was meant.
  for (const rank of [1, 2, 3, 4, 5, 6]) {
    const ofRank = Map.groupBy(
      rows.filter((row) => row.rank === rank && !found.has(row.text)),
      (row) => row.text,
    );
    for (const [text, own] of ofRank) {
      const ids = new Set(own.map((row) => row.id));
      const [first] = own;
      if (first) found.set(text, ids.size > 1 ? 'several' : { targetKind: first.kind, targetId: first.id });
    }
  }
  return found;
}
