import { idCardCheckDigit } from '@anlin/contract';
import { sealIdCard } from '../domains/residents/index.ts';
import type { Context } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';
import type { Community } from './draw-estate.ts';
import type { Resident } from './draw-people.ts';
import type { History } from './history.ts';

/** How many people have a birthday on record, and how many an id card. */
const withBirthday = 600;
const withIdCard = 40;

const asking = [
  ['周若溪', 'owner', '3号楼的业主，刚办完过户，房产证已带到前台'],
  ['林子墨', 'tenant', '租客，合同从下月1日起，房东已同意'],
  ['何秋白', 'family', '业主的母亲，常住'],
  ['罗一鸣', 'tenant', '公司员工宿舍，两人合租'],
  ['程可心', 'owner', '商铺业主，门面在一楼'],
] as const;

/** People who ask to be let in, birthdays and id cards of some, and tenancies that run out: so that their lists are not empty. */
export async function writeAdmission(
  ctx: Context,
  history: History,
  communities: readonly Community[],
  residents: readonly Resident[],
): Promise<void> {
  await writeFacts(ctx, residents);
  const today = history.today.toString();
  // Tenants are there for a year or two at a time; what runs out soon shows what an expiry does.
  await ctx.tx.run(sql`update occupancy set valid_until = ${today}::date + (30 + (row_number % 330))::int
    from (select id as tenant, row_number() over (order by id) from occupancy
      where company_id = ${ctx.companyId} and role = 'tenant' and moved_out_on is null) t
    where company_id = ${ctx.companyId} and id = t.tenant and t.row_number % 2 = 0`);
  for (const [at, community] of communities.slice(0, 2).entries()) await writeAsking(ctx, history, community, at);
  await writeVehicles(ctx, history, communities[0]!);
}

/** Made-up people: birthdays from 1940 on, id cards with right check digits of a district that has no number 330199. */
async function writeFacts(ctx: Context, residents: readonly Resident[]): Promise<void> {
  const people = residents.filter((one) => one.sex !== null).slice(0, withBirthday);
  const facts = people.map(({ id, sex }, index) => {
    const day = Temporal.PlainDate.from('1940-01-01').add({ days: (index * 7919) % 25_000 });
    const first17 = `330199${day.toString().replaceAll('-', '')}${String((index % 50) * 2 + (sex === 'male' ? 1 : 0)).padStart(3, '0')}`;
    const sealed = index < withIdCard ? sealIdCard(ctx, id, first17 + idCardCheckDigit(first17)) : null;
    return { id, day: day.toString(), type: index % 3 === 0 ? 'otherUrban' : 'localUrban', sealed };
  });
  await ctx.tx.run(sql`update resident r set birthday = f.day, household_type = f.type, id_card_sealed = f.sealed, id_card_index = decode(f.index, 'hex')
    from unnest(${facts.map((one) => one.id)}::uuid[], ${facts.map((one) => one.day)}::date[], ${facts.map((one) => one.type)}::text[],
      ${facts.map((one) => one.sealed?.sealed ?? null)}::text[], ${facts.map((one) => one.sealed?.index.toString('hex') ?? null)}::text[])
      as f (id, day, type, sealed, index)
    where r.company_id = ${ctx.companyId} and r.id = f.id`);
}

async function writeAsking(ctx: Context, history: History, community: Community, at: number): Promise<void> {
  const mode = at === 0 ? 'simpleReview' : 'openReview';
  await ctx.tx.run(sql`update community set registration_mode = ${mode}, registration_hint = '请写明楼号、房号，以及您与业主的关系'
    where company_id = ${ctx.companyId} and id = ${community.id}`);
  const rows = asking.slice(at * 3, at === 0 ? 4 : 5);
  for (const [index, [name, role, note]] of rows.entries()) {
    const when = history.today
      .subtract({ days: index })
      .toZonedDateTime({ timeZone: 'Asia/Shanghai', plainTime: '09:20' });
    const isRefused = index === 3;
    const time = when.toInstant().toString();
    const house = at === 0 ? null : (community.houses[index]?.id ?? null);
    await ctx.tx.run(sql`insert into move_in_application (company_id, id, community_id, source, mode, state, name, phone, is_phone_verified, role, house_id,
        note, submitted_at, refuse_reason, decided_at, created_at, updated_at)
      values (${ctx.companyId}, ${ctx.newId()}, ${community.id}, ${index === 1 ? 'staff' : 'resident'}, ${mode}, ${isRefused ? 'refused' : 'waiting'}, ${name},
        ${`1990000${9900 + at * 10 + index}`}, ${index !== 1}, ${role}, ${house}, ${note}, ${time}, ${isRefused ? '请写明楼号和房号' : ''},
        ${isRefused ? time : null}, ${time}, ${time})`);
  }
}

const askedVehicles = [
  ['粤B7K219', '周若溪', '比亚迪', '白', 'waiting', ''],
  ['粤BD30516', '林子墨', '特斯拉', '黑', 'waiting', ''],
  ['粤B92H6Q', '程可心', '丰田', '银', 'refused', '行驶证照片看不清，请重新拍照'],
] as const;

/** Vehicles that residents handed in: two wait, one was refused. */
async function writeVehicles(ctx: Context, history: History, community: Community): Promise<void> {
  const at = history.today.toZonedDateTime({ timeZone: 'Asia/Shanghai', plainTime: '09:30' }).toInstant().toString();
  for (const [plate, ownerName, brand, color, state, reason] of askedVehicles) {
    await ctx.tx.run(sql`insert into vehicle_application (company_id, id, community_id, source, state, plate, owner_name, brand, color,
        submitted_at, refuse_reason, decided_at, created_at, updated_at)
      values (${ctx.companyId}, ${ctx.newId()}, ${community.id}, 'resident', ${state}, ${plate}, ${ownerName}, ${brand}, ${color},
        ${at}, ${reason}, ${reason === '' ? null : at}, ${at}, ${at})`);
  }
}
