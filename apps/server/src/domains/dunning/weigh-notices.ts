import { type DunningChannel, type DunningReason, type DunningSetting, duePagePath, smsPieces } from '@anlin/contract';
import { addFen, type Fen, sumFen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { shareTokenLength } from '../../platform/links/share-token.ts';
import { eventKinds, type OutboxEvents } from '../../platform/messages/event-kinds.ts';
import { readPayments } from '../cashier/index.ts';
import { type BillAccount, lateFeeOfBill, readBills } from '../charging/index.ts';

/** One household by one channel, before it is known whether it can be told. */
export interface NoticeDraft {
  id: string;
  targetId: string;
  channel: DunningChannel;
  billIds: readonly string[];
  /** Somebody who came later and is told alone. */
  newcomerId: string | null;
}

/** What a household would be told, to whom; or why not. The limits of how often are not asked here. */
export interface WeighedNotice {
  draft: NoticeDraft;
  place: string;
  communityId: string;
  /** Business day of the community. */
  day: string;
  billIds: string[];
  principalFen: Fen;
  lateFeeFen: Fen;
  recipientIds: string[];
  smsPieces: number;
  payload: OutboxEvents['bill.dunned'];
  /** Null: it can be sent. */
  refusal: DunningReason | null;
}

interface Household {
  id: string;
  house_id: string | null;
  place: string;
  community_id: string;
  community_name: string;
  service_phone: string;
  time_zone: string;
}

interface Resident {
  id: string;
  house_id: string;
  role: string;
  phone: string;
  known: Record<string, string>;
}

/** Words of a refusal where nobody has an address of the channel. */
const noAddress: Readonly<Record<DunningChannel, DunningReason>> = {
  sms: 'noPhone',
  wechat: 'notFollowing',
  wecom: 'notInWecom',
};

/**
 * Works out for each draft what is owed now, with late fees as of today in the community, who of the household is told and
 * by how many pieces. Bills paid since, and those of a former owner, are left out. Drafts whose household is out of sight
 * are missing from the answer.
 */
export async function weighNotices(
  ctx: Context,
  setting: DunningSetting,
  drafts: readonly NoticeDraft[],
): Promise<WeighedNotice[]> {
  const targetIds = [...new Set(drafts.map((draft) => draft.targetId))];
  const households = new Map((await readPlaces(ctx, targetIds)).map((one) => [one.id, one]));
  const bills = new Map(
    (await readBills(ctx, [...new Set(drafts.flatMap((draft) => draft.billIds))])).map((bill) => [bill.id, bill]),
  );
  const payments = await readPayments(ctx, [...bills.values()]);
  const residents = Map.groupBy(await readResidents(ctx, targetIds), (one) => one.house_id);
  const open = await openChannels(ctx);
  return drafts.flatMap((draft): WeighedNotice[] => {
    const household = households.get(draft.targetId);
    if (!household) return [];
    const day = businessDay(ctx.clock, household.time_zone).toString();
    const live = draft.billIds.flatMap((id) => bills.get(id) ?? []).filter(isAsked);
    const own = live.filter((bill) => bill.formerOwner === '');
    const lateFeeFen = sumFen(own.map((bill) => lateFeeOfBill(bill, payments.get(bill.id) ?? [], day).dueFen));
    const present = (residents.get(household.house_id ?? '') ?? []).filter(
      (one) => draft.newcomerId === null || one.id === draft.newcomerId,
    );
    const ways = waysOf(draft.channel).filter((way) => open.channels.has(way));
    const recipientIds = recipientsOf(ways, setting, present, draft.newcomerId !== null);
    const principalFen = sumFen(own.map((bill) => bill.outstandingFen));
    const payload = payloadOf(draft, household, setting, {
      own,
      totalFen: addFen(principalFen, lateFeeFen),
      recipientIds,
    });
    const hasAddress = recipientIds.length > 0 || (present.length === 0 ? 'noResident' : noAddress[draft.channel]);
    const refusal: DunningReason | null =
      live.length === 0
        ? 'settled'
        : own.length === 0
          ? 'formerOwner'
          : ways.length === 0
            ? 'channelOff'
            : hasAddress === true
              ? null
              : hasAddress;
    return [
      {
        draft,
        place: household.place,
        communityId: household.community_id,
        day,
        billIds: own.map((bill) => bill.id),
        principalFen,
        lateFeeFen,
        recipientIds,
        smsPieces: draft.channel === 'sms' ? piecesOf(payload, open.smsSignature) : 0,
        payload,
        refusal,
      },
    ];
  });
}

const isAsked = (bill: BillAccount) => bill.outstandingFen > 0n && !bill.isVoided && bill.withheldIn === '';

/** A short message goes to one person, an owner if one has a phone; the others to all who can be reached and are to be told. */
function recipientsOf(
  ways: readonly string[],
  setting: DunningSetting,
  residents: readonly Resident[],
  isNewcomer: boolean,
): string[] {
  if (ways.includes('sms'))
    return residents
      .filter((one) => one.phone !== '')
      .slice(0, 1)
      .map((one) => one.id);
  const told = residents.filter((one) => isNewcomer || setting.audience === 'residents' || one.role === 'owner');
  return told.filter((one) => ways.some((way) => one.known[way] !== undefined)).map((one) => one.id);
}

/** In WeChat whoever does not follow the 公众号 may have agreed to it in the mini-program. */
const waysOf = (channel: DunningChannel): readonly string[] =>
  channel === 'wechat' ? ['wechat', 'miniProgram'] : [channel];

function payloadOf(
  draft: NoticeDraft,
  household: Household,
  setting: DunningSetting,
  told: { own: readonly BillAccount[]; totalFen: Fen; recipientIds: readonly string[] },
): OutboxEvents['bill.dunned'] {
  return {
    noticeId: draft.id,
    channel: draft.channel,
    residentIds: told.recipientIds,
    communityId: household.community_id,
    houseId: household.house_id,
    communityName: household.community_name,
    place: household.place,
    servicePhone: household.service_phone,
    billCount: told.own.length,
    totalFen: told.totalFen.toString(),
    dueOn: told.own.map((bill) => bill.dueOn).sort()[0] ?? '',
    siteUrl: setting.siteUrl,
  };
}

/** Pieces of the message as the phone shows it: signature, text and link. */
function piecesOf(payload: OutboxEvents['bill.dunned'], signature: string): number {
  const { body } = eventKinds['bill.dunned'].text(payload);
  const link = payload.siteUrl === '' ? '' : `查看：${payload.siteUrl}${duePagePath('x'.repeat(shareTokenLength))}`;
  return smsPieces(`【${signature}】${body}${link}`);
}

function readPlaces(ctx: Context, targetIds: readonly string[]): Promise<Household[]> {
  const ids = [...targetIds];
  return ctx.tx.rows<Household>(sql`
    select t.id, case when t.kind = 'house' then t.id end as house_id, t.label as place, t.community_id, c.name as community_name, c.service_phone, c.time_zone
    from charge_target t join community c on c.company_id = t.company_id and c.id = t.community_id
    where t.company_id = ${ctx.companyId} and t.id = any (${ids}::uuid[])`);
}

/**
 * Who lives in these houses today: owners first, then whoever came first; each once. The mini-program knows whom it may tell: who agreed.
 */
async function readResidents(ctx: Context, houseIds: readonly string[]): Promise<Resident[]> {
  const rows = await ctx.tx.rows<Resident>(sql`
    select r.id, o.house_id, o.role, r.phone,
      coalesce((select jsonb_object_agg(a.channel, a.address) from channel_address a where a.company_id = r.company_id and a.resident_id = r.id
        and (a.channel <> 'miniProgram' or has_consent(a.company_id, a.id, 'bill.dunned'))), '{}') as known
    from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
      join community c on c.company_id = o.company_id and c.id = o.community_id
    where o.company_id = ${ctx.companyId} and o.house_id = any (${[...houseIds]}::uuid[]) and o.moved_out_on is null
      and (o.valid_until is null or o.valid_until >= (${ctx.clock.now().toString()}::timestamptz at time zone c.time_zone)::date)
    order by o.role <> 'owner', o.moved_in_on, o.id`);
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = `${row.house_id} ${row.id}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

async function openChannels(ctx: Context): Promise<{ channels: ReadonlySet<string>; smsSignature: string }> {
  const rows = await ctx.tx.rows<{ channel: string; settings: Record<string, string> }>(
    sql`select channel, settings from message_channel where company_id = ${ctx.companyId} and is_on`,
  );
  return {
    channels: new Set(rows.map((row) => row.channel)),
    smsSignature: rows.find((row) => row.channel === 'sms')?.settings.signName ?? '',
  };
}
