import type { TargetKind } from '@anlin/contract';
import { estateFail, type SearchHit } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import { maskPhone } from '../../resource/index.ts';
import { plateCondition, residentConditions, roomConditions, spaceCondition } from './search.conditions.ts';
import { type SearchTerms, searchTerms } from './search-terms.ts';

const maxHits = 20;
const order = ['room', 'space', 'idCard', 'phone', 'plate', 'name', 'pinyin'] as const;

interface Match {
  kind: TargetKind;
  id: string;
  matched: SearchHit['matched'];
  matched_text: string;
}

/**
 * Finds houses, parking spaces and vehicles by whatever a person types (EST-11): at most 20, places first. People and plates
 * are only searched by those who may see them. Two statements.
 * Error: search.tooShort (422) for an empty text.
 */
export async function searchEstate(
  ctx: Context,
  input: { q: string; communityId?: string | undefined },
): Promise<SearchHit[]> {
  if (input.q.trim() === '') throw estateFail('search.tooShort', { count: 1 });
  const branches = matchBranches(ctx, searchTerms(input.q), input.communityId);
  if (branches.length === 0) return [];
  const matches = await ctx.tx.ad<Match>(sql`select kind, id, matched, matched_text
    from (${join(
      branches.map((one) => sql`(${one})`),
      ' union all ',
    )}) m (kind, id, matched, matched_text)`);
  const best = new Map<string, Match>();
  for (const matched of order) {
    for (const match of matches) {
      if (match.matched === matched && !best.has(match.id)) best.set(match.id, match);
    }
  }
  return describe(ctx, [...best.values()].slice(0, maxHits));
}

function matchBranches(ctx: Context, terms: SearchTerms, communityId: string | undefined): Sql[] {
  const { companyId, permissions } = ctx;
  const within = (alias: string) => (communityId ? sql`and ${raw(alias)}.community_id = ${communityId}` : sql``);
  const branches: Sql[] = [];
  for (const condition of terms.room ? roomConditions(terms.room) : []) {
    branches.push(sql`select 'house', h.id, 'room', '' from house h
      where h.company_id = ${companyId} ${within('h')} and ${condition} order by h.room_key using ~<~ limit ${maxHits}`);
  }
  if (terms.space && permissions.has('parkingSpace.view')) {
    branches.push(sql`select 'parkingSpace', p.id, 'space', '' from parking_space p
      where p.company_id = ${companyId} ${within('p')} and ${spaceCondition(terms.space)} limit ${maxHits}`);
  }
  for (const { matched, condition } of permissions.has('resident.view') ? residentConditions(ctx, terms) : []) {
    branches.push(sql`select 'house', o.house_id, ${matched}, r.name from resident r
      join occupancy o on o.company_id = r.company_id and o.resident_id = r.id and o.moved_out_on is null ${within('o')}
      where r.company_id = ${companyId} and ${condition} limit ${maxHits}`);
  }
  if (terms.plate && (permissions.has('vehicle.view') || permissions.has('cashier.view'))) {
    branches.push(sql`select 'house', l.house_id, 'plate', v.plate from vehicle v
      join vehicle_house l on l.company_id = v.company_id and l.vehicle_id = v.id
      where v.company_id = ${companyId} ${within('v')} and ${plateCondition(terms.plate)} limit ${maxHits}`);
    branches.push(sql`select 'vehicle', v.id, 'plate', '' from vehicle v
      where v.company_id = ${companyId} ${within('v')} and ${plateCondition(terms.plate)} limit ${maxHits}`);
  }
  return branches;
}

interface Described {
  id: string;
  label: string;
  community_id: string;
  community_label: string;
  people: { name: string; phone: string; role: SearchHit['people'][number]['role'] }[];
}

/** Labels and people of what was found, in the order found. */
async function describe(ctx: Context, matches: readonly Match[]): Promise<SearchHit[]> {
  if (matches.length === 0) return [];
  const rows =
    await ctx.tx.rows<Described>(sql`select x.id, x.label, x.community_id, c.name as community_label, coalesce(people.list, '[]') as people
    from (select t.company_id, t.id, t.name as label, t.community_id, t.house_id from charge_target t
        where t.company_id = ${ctx.companyId} and t.id = any (${matches.map((one) => one.id)}::uuid[])) x
    join community c on c.company_id = x.company_id and c.id = x.community_id
    left join lateral (select json_agg(json_build_object('name', r.name, 'phone', r.phone, 'role', o.role)
        order by o.role <> 'owner', o.moved_in_on, o.id) as list
      from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
      where o.company_id = x.company_id and o.house_id = x.house_id and o.moved_out_on is null) people on true
    where x.company_id = ${ctx.companyId}`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const seesResidents = ctx.permissions.has('resident.view');
  return matches.flatMap((match): SearchHit[] => {
    const row = byId.get(match.id);
    if (!row) return [];
    const people = row.people.map(({ name, phone, role }) => ({ name, role, phoneMasked: maskPhone(phone) }));
    return [
      {
        kind: match.kind,
        id: row.id,
        label: row.label,
        communityId: row.community_id,
        communityLabel: row.community_label,
        people: seesResidents ? people : [],
        matched: match.matched,
        matchedText: match.matched_text,
      },
    ];
  });
}
