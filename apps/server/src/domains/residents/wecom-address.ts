import { estateFail, type ResidentProfile } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockResident } from './lock-resident.ts';
import type { KnownPerson } from './recognise-people.ts';
import type { NumberedResident } from './resident-import.ts';

/** Enough to tell two apart, not enough to write to. */
const masked = (address: string) =>
  address.length > 10 ? `${address.slice(0, 4)}****${address.slice(-3)}` : `${address.slice(0, 1)}****`;

/** Under which address each channel knows a person, hidden in the middle. */
export async function readAddresses(ctx: Context, residentId: string): Promise<ResidentProfile['addresses']> {
  const rows = await ctx.tx.rows<{
    channel: ResidentProfile['addresses'][number]['channel'];
    address: string;
  }>(sql`select channel, address from channel_address
    where company_id = ${ctx.companyId} and resident_id = ${residentId} order by channel`);
  return rows.map(({ channel, address }) => ({ channel, masked: masked(address) }));
}

/**
 * Under which WeCom knows a person: an external contact or a member; empty takes it away. Errors: resource.notFound,
 * resource.changed, resident.erased, resident.wecomTaken (409).
 */
export async function setWecomAddress(
  ctx: Context,
  { id, version, address }: { id: string; version: number; address: string },
): Promise<void> {
  await lockResident(ctx, id, version);
  if (address === '') {
    await ctx.tx.run(
      sql`delete from channel_address where company_id = ${ctx.companyId} and resident_id = ${id} and channel = 'wecom'`,
    );
  } else {
    if ((await holdersOf(ctx, [address])).some((one) => one.resident_id !== id))
      throw estateFail('resident.wecomTaken');
    await importWecomAddresses(ctx, [{ residentId: id, address }]);
  }
  await ctx.tx.run(
    sql`update resident set version = version + 1, updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${id}`,
  );
  await recordAudit(ctx, {
    action: 'resident.setWecom',
    targetKind: 'resident',
    targetId: id,
    after: { isSet: address !== '' },
  });
}

/** Takes the addresses over; empty ones change nothing. Returns whose became another. */
export async function importWecomAddresses(
  ctx: Context,
  given: readonly { residentId: string; address: string }[],
): Promise<Set<string>> {
  const last = [...new Map(given.filter((one) => one.address !== '').map((one) => [one.residentId, one])).values()];
  if (last.length === 0) return new Set();
  const rows = await ctx.tx.rows<{ id: string }>(sql`
    insert into channel_address (company_id, id, resident_id, channel, address, created_at)
    select ${ctx.companyId}, n.id, n.resident_id, 'wecom', n.address, ${nowText(ctx)}
    from unnest(${last.map(() => ctx.newId())}::uuid[], ${last.map((one) => one.residentId)}::uuid[], ${last.map((one) => one.address)}::text[])
      n (id, resident_id, address)
    on conflict (company_id, resident_id, channel) do update set address = excluded.address, created_at = excluded.created_at,
      version = channel_address.version + 1
      where channel_address.address <> excluded.address
    returning resident_id as id`);
  return new Set(rows.map((row) => row.id));
}

function holdersOf(ctx: Context, addresses: readonly string[]): Promise<{ resident_id: string; address: string }[]> {
  return ctx.tx.rows<{ resident_id: string; address: string }>(sql`select resident_id, address from channel_address
    where company_id = ${ctx.companyId} and channel = 'wecom' and address = any (${[...addresses]}::text[])`);
}

/** Rows that give a person what is somebody else's, in the books or in the file itself. */
export async function refuseTakenWecom(
  ctx: Context,
  rows: readonly NumberedResident[],
  people: ReadonlyMap<number, KnownPerson>,
): Promise<{ row: number; key: 'wecomId'; message: string }[]> {
  const given = rows.filter((one) => one.row.wecomId);
  if (given.length === 0) return [];
  const holders = new Map(
    (
      await holdersOf(
        ctx,
        given.map((one) => one.row.wecomId!),
      )
    ).map((one) => [one.address, one.resident_id]),
  );
  const whose = (one: NumberedResident) => people.get(one.number)?.id ?? (one.row.phone || one.row.name);
  const inFile = new Map<string, string>();
  return given.flatMap((one) => {
    const address = one.row.wecomId!;
    const holder = holders.get(address) ?? inFile.get(address) ?? whose(one);
    inFile.set(address, holder);
    return holder === whose(one)
      ? []
      : [{ row: one.number, key: 'wecomId' as const, message: '这个企业微信 ID 已是另一位住户的，请核对' }];
  });
}
