import {
  channelFieldsOf,
  channelKinds,
  type PaymentApplication,
  type PaymentChannelBody,
  type PaymentChannelKind,
  type PaymentChannelView,
  type PaymentField,
  paymentApplications,
  paymentFail,
  platformFail,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readChannel as readMessageChannel } from '../../platform/messages/read-channel.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { openSecrets, secretPlace } from './channel-account.ts';
import { channelOf } from './channels/index.ts';

const label = '收款渠道';

interface ViewRow extends Omit<PaymentChannelView, 'communityName' | 'ways' | 'isReadable' | 'insideWechat'> {
  communityName: string | null;
  sealed: string;
}

/** Accounts at channels, the company's own first; secrets stay where they are. */
export async function listChannels(ctx: Context): Promise<PaymentChannelView[]> {
  const rows = await ctx.tx.rows<ViewRow>(sql`
    select p.id, p.community_id as "communityId", c.name as "communityName", p.kind, p.name, p.applications, p.merchant_id as "merchantId",
      p.app_id as "appId", p.settings, p.secret_keys as "secretKeys", p.sealed_secrets as sealed, p.surplus, p.is_on as "isOn", p.version,
      p.updated_at as "updatedAt"
    from payment_channel p left join community c on c.company_id = p.company_id and c.id = p.community_id
    where p.company_id = ${ctx.companyId} order by p.community_id is not null, c.name, p.kind, p.id`);
  const account = await readMessageChannel(ctx, 'wechat');
  const accountId = account?.isOn ? (account.settings.appId ?? '') : '';
  const insideWechat = ({ kind, appId }: ViewRow) =>
    kind !== 'wechat' ? 'notWechat' : accountId === '' ? 'noAccount' : appId === accountId ? 'ready' : 'otherAccount';
  return rows
    .filter((row) => seesSettings(ctx, row.communityId))
    .map(({ sealed, ...row }) => ({
      ...row,
      insideWechat: insideWechat({ sealed, ...row }),
      communityName: row.communityName ?? '全公司',
      ways: [...(channelOf(row.kind)?.ways ?? [])],
      isReadable: openSecrets(ctx, row.id, sealed) !== null,
    }));
}

/** Whoever sees a part of a community collects by its channels, but sees no settings of them. */
export function seesSettings(ctx: Pick<Context, 'wholeCommunityIds'>, communityId: string | null): boolean {
  return communityId === null || ctx.wholeCommunityIds === '*' || ctx.wholeCommunityIds.includes(communityId);
}

/** Errors: paymentChannel.fieldMissing (422), paymentChannel.taken (409), scope and reference errors. */
export async function createChannel(
  ctx: Context,
  { communityId, kind, ...input }: PaymentChannelBody & { communityId: string | null; kind: PaymentChannelKind },
): Promise<{ id: string }> {
  const place = await requirePlace(ctx, communityId);
  const secrets = pick(kind, input.secrets, true);
  const settings = pick(kind, input.settings, false);
  check(kind, input.isOn, settings, secrets);
  const id = ctx.newId();
  await refuseTaken(ctx, { id, kind, communityId, ...input }, place);
  const now = nowText(ctx);
  await ctx.tx.run(sql`
    insert into payment_channel (company_id, id, community_id, kind, name, applications, merchant_id, app_id, settings, sealed_secrets, secret_keys,
      surplus, is_on, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${kind}, ${input.name}, ${input.applications}::text[], ${input.merchantId}, ${input.appId},
      ${JSON.stringify(settings)}, ${ctx.vault.seal(JSON.stringify(secrets), secretPlace(ctx.companyId, id))}, ${Object.keys(secrets)}::text[],
      ${input.surplus}, ${input.isOn}, ${now}, ${now})`);
  await audit(ctx, 'create', { id, name: input.name, communityId }, auditOf(kind, input));
  return { id };
}

/** What is not given of the secrets stays. Errors: resource.notFound, resource.changed, paymentChannel.*. */
export async function updateChannel(
  ctx: Context,
  id: string,
  { version, ...input }: PaymentChannelBody & { version: number },
): Promise<void> {
  const before = await lockChannel(ctx, id, version);
  const { kind, communityId } = before;
  const place = await requirePlace(ctx, communityId);
  if (before.merchantId !== input.merchantId && (await isUsed(ctx, id))) throw paymentFail('paymentChannel.kindFixed');
  const secrets = { ...(openSecrets(ctx, id, before.sealed) ?? {}), ...pick(kind, input.secrets, true) };
  const settings = pick(kind, input.settings, false);
  check(kind, input.isOn, settings, secrets);
  await refuseTaken(ctx, { id, kind, communityId, ...input }, place);
  await ctx.tx.run(sql`update payment_channel set name = ${input.name}, applications = ${input.applications}::text[], merchant_id = ${input.merchantId},
      app_id = ${input.appId}, settings = ${JSON.stringify(settings)}, sealed_secrets = ${ctx.vault.seal(JSON.stringify(secrets), secretPlace(ctx.companyId, id))},
      secret_keys = ${Object.keys(secrets)}::text[], surplus = ${input.surplus}, is_on = ${input.isOn}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'update', { id, name: input.name, communityId }, auditOf(kind, input));
}

/** Only one that never had an order. Error: paymentChannel.inUse (409). */
export async function deleteChannel(ctx: Context, id: string): Promise<void> {
  const { communityId, name } = await lockChannel(ctx, id);
  await requirePlace(ctx, communityId);
  if (await isUsed(ctx, id)) throw paymentFail('paymentChannel.inUse');
  await ctx.tx.run(sql`delete from payment_channel where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'delete', { id, name, communityId }, undefined);
}

/** Whether anything was asked of it or said to it. */
async function isUsed(ctx: Context, id: string): Promise<boolean> {
  const row = await ctx.tx.first(sql`select id from payment_order_event
    where company_id = ${ctx.companyId} and channel_id = ${id}
    union all select id from payment_order where company_id = ${ctx.companyId} and channel_id = ${id} limit 1`);
  return row !== undefined;
}

interface LockedChannel {
  communityId: string | null;
  kind: PaymentChannelKind;
  name: string;
  merchantId: string;
  sealed: string;
  version: number;
}

async function lockChannel(ctx: Context, id: string, version?: number): Promise<LockedChannel> {
  const row =
    await ctx.tx.first<LockedChannel>(sql`select community_id as "communityId", kind, name, merchant_id as "merchantId",
      sealed_secrets as sealed, version from payment_channel where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row || !seesSettings(ctx, row.communityId)) throw platformFail('resource.notFound', { label });
  if (version !== undefined && row.version !== version) throw platformFail('resource.changed', { label });
  return row;
}

/** Name of the place; refuses one that is not the actor's to decide on. */
async function requirePlace(ctx: Context, communityId: string | null): Promise<string> {
  if (communityId === null) {
    if (ctx.communityIds !== '*') throw paymentFail('paymentChannel.wholeCompany');
    return '全公司';
  }
  const community = await ctx.tx.first<{ name: string }>(
    sql`select name from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!community) throw platformFail('reference.notFound', { label: '小区' });
  requireWholeCommunity(ctx, communityId, label);
  return community.name;
}

/** Only what the kind has a field for, and only what was filled in. */
function pick(
  kind: PaymentChannelKind,
  from: Readonly<Record<string, string>>,
  isSecret: boolean,
): Record<string, string> {
  return Object.fromEntries(
    channelFieldsOf[kind].flatMap((field) => {
      const value = Object.hasOwn(from, field.key) ? (from[field.key] ?? '') : '';
      return (field.isSecret ?? false) === isSecret && value !== '' ? [[field.key, value]] : [];
    }),
  );
}

const isAsked = (field: PaymentField, settings: Readonly<Record<string, string>>) =>
  !field.isOptional && (!field.shownFor || settings[field.shownFor.key] === field.shownFor.value);

function check(
  kind: PaymentChannelKind,
  isOn: boolean,
  settings: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
): void {
  const fields = channelFieldsOf[kind];
  for (const field of fields) {
    const value = settings[field.key];
    if (field.choices && value !== undefined && !(value in field.choices))
      throw paymentFail('paymentChannel.badField', { field: field.label, reason: '没有这个选项' });
  }
  if (settings.siteUrl !== undefined && !/^https?:\/\/[^\s/?#]+(:\d+)?\/?$/.test(settings.siteUrl))
    throw paymentFail('paymentChannel.badField', {
      field: '本系统的网址',
      reason: '应为 https://wy.example.com 的样子，不带路径',
    });
  if (secrets.apiV3Key !== undefined && Buffer.byteLength(secrets.apiV3Key) !== 32)
    throw paymentFail('paymentChannel.badField', { field: 'APIv3 密钥', reason: '应为 32 位' });
  if (secrets.apiV2Key !== undefined && Buffer.byteLength(secrets.apiV2Key) !== 32)
    throw paymentFail('paymentChannel.badField', { field: 'APIv2 密钥', reason: '应为 32 位' });
  if (!isOn) return;
  const missing = fields.filter((field) => isAsked(field, settings) && !(settings[field.key] ?? secrets[field.key]));
  if (missing.length > 0)
    throw paymentFail('paymentChannel.fieldMissing', {
      fields: missing.map((field) => `“${field.label}”`).join(''),
    });
}

/** One account of a kind is on for a use in a place, so that it is clear where money goes. */
async function refuseTaken(
  ctx: Context,
  channel: {
    id: string;
    kind: PaymentChannelKind;
    communityId: string | null;
    applications: readonly PaymentApplication[];
    isOn: boolean;
  },
  place: string,
): Promise<void> {
  await ctx.tx.rows(sql`select pg_advisory_xact_lock(hashtextextended(${`payment channels ${ctx.companyId}`}, 0))`);
  if (!channel.isOn) return;
  const other = await ctx.tx.first<{
    name: string;
    applications: PaymentApplication[];
  }>(sql`select name, applications from payment_channel
    where company_id = ${ctx.companyId} and kind = ${channel.kind} and community_id is not distinct from ${channel.communityId}::uuid and is_on
      and id <> ${channel.id} and applications && ${[...channel.applications]}::text[] limit 1`);
  if (!other) return;
  const both = channel.applications.find((one) => other.applications.includes(one))!;
  throw paymentFail('paymentChannel.taken', {
    community: place,
    application: paymentApplications[both],
    kind: channelKinds[channel.kind],
    name: other.name,
  });
}

/** Which secrets were typed anew, never what. */
function auditOf(kind: PaymentChannelKind, { secrets, settings: _, ...input }: PaymentChannelBody) {
  return { ...input, kind, changedSecrets: Object.keys(pick(kind, secrets, true)).join('、') };
}

function audit(
  ctx: Context,
  verb: string,
  channel: { id: string; name: string; communityId: string | null },
  after: unknown,
): Promise<void> {
  return recordAudit(ctx, {
    action: `paymentChannel.${verb}`,
    targetKind: 'paymentChannel',
    targetId: channel.id,
    targetLabel: channel.name,
    communityId: channel.communityId,
    after,
  });
}
