import {
  accountSecrets,
  type EndpointReply,
  type EndpointRequest,
  type getOfficialAccount,
  officialAccountFail,
  platformFail,
  receiveOfficialPush,
  type saveOfficialAccount,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readChannel } from '../../platform/messages/read-channel.ts';
import { type AccountSecrets, lockAccount, openSecrets, readAccountRow, secretPlace } from './account-row.ts';

const label = '公众号设置';

export const callbackPathOf = (companyId: string): string => receiveOfficialPush.path.replace(':company', companyId);

/** The account as it is set up, secrets left where they are, and how many follow it. */
export async function readAccount(ctx: Context): Promise<EndpointReply<typeof getOfficialAccount>> {
  const row = await readAccountRow(ctx);
  const channel = await readChannel(ctx, 'wechat');
  const secrets = row ? openSecrets(ctx, row) : {};
  const counts = await ctx.tx.first<{ followers: number; bound: number }>(sql`
    select count(*)::int as followers, count(*) filter (where exists (select from channel_address a
      where a.company_id = f.company_id and a.channel = 'wechat' and a.address = f.open_id))::int as bound from official_follower f
    where f.company_id = ${ctx.companyId} and f.app_id = ${channel?.settings.appId ?? ''} and f.is_following`);
  return {
    appId: channel?.settings.appId ?? '',
    isChannelOn: channel?.isOn ?? false,
    name: row?.name ?? '',
    originalId: row?.original_id ?? '',
    mode: row?.mode ?? 'aes',
    siteUrl: row?.site_url ?? '',
    isOn: row?.is_on ?? false,
    keptSecrets: accountSecrets.filter((key) => secrets[key]),
    callbackPath: callbackPathOf(ctx.companyId),
    version: row?.version ?? 0,
    verifiedAt: row?.verified_at ?? null,
    pushedAt: row?.pushed_at ?? null,
    refusedAt: row?.refused_at ?? null,
    refusal: row?.refusal ?? '',
    followers: counts?.followers ?? 0,
    bound: counts?.bound ?? 0,
  };
}

type AccountInput = EndpointRequest<typeof saveOfficialAccount>['body'];

/** A secret that is not given stays. Errors: resource.changed (409), officialAccount.badField, officialAccount.fieldMissing (422). */
export async function saveAccount(ctx: Context, input: AccountInput): Promise<void> {
  const siteUrl = input.siteUrl.replace(/\/+$/, '');
  checkFields({ ...input, siteUrl });
  await lockAccount(ctx);
  const row = await readAccountRow(ctx);
  if ((row?.version ?? 0) !== input.version) throw platformFail('resource.changed', { label });
  const given = accountSecrets.filter((key) => input[key] !== '');
  const secrets: AccountSecrets = {
    ...(row ? openSecrets(ctx, row) : {}),
    ...Object.fromEntries(given.map((key) => [key, input[key]])),
  };
  if (input.isOn) requireFields(input, secrets);
  const id = row?.id ?? ctx.newId();
  const sealed = ctx.vault.seal(JSON.stringify(secrets), secretPlace(ctx.companyId, id));
  await ctx.tx.run(sql`insert into official_account (company_id, id, name, original_id, mode, site_url, sealed_secrets, is_on, updated_at)
    values (${ctx.companyId}, ${id}, ${input.name}, ${input.originalId}, ${input.mode}, ${siteUrl}, ${sealed}, ${input.isOn}, ${nowText(ctx)})
    on conflict (company_id) do update set name = excluded.name, original_id = excluded.original_id, mode = excluded.mode,
      site_url = excluded.site_url, sealed_secrets = excluded.sealed_secrets, is_on = excluded.is_on, refusal = '',
      refused_at = null, updated_at = excluded.updated_at, version = official_account.version + 1`);
  const { name, originalId, mode, isOn } = input;
  await recordAudit(ctx, {
    action: 'officialAccount.save',
    targetKind: 'officialAccount',
    targetId: id,
    targetLabel: name,
    before: row && {
      name: row.name,
      originalId: row.original_id,
      mode: row.mode,
      siteUrl: row.site_url,
      isOn: row.is_on,
    },
    // Which secrets were typed anew, never what.
    after: { name, originalId, mode, siteUrl, isOn, changedSecrets: given.join('、') },
  });
}

function checkFields({ siteUrl, originalId, token, encodingAesKey }: AccountInput): void {
  const bad = (field: string, reason: string) => officialAccountFail('officialAccount.badField', { field, reason });
  // Without encryption only on this machine itself, where an emulator stands in for WeChat.
  if (siteUrl !== '' && !/^(https:\/\/[\w.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?$/.test(siteUrl))
    throw bad('本系统的网址', '应为 https://wy.example.com 的样子，不带路径；微信只接受 https');
  if (originalId !== '' && !/^gh_[0-9a-z]{6,32}$/i.test(originalId))
    throw bad('原始 ID', '以 gh_ 开头，在公众平台“账号详情”中');
  if (token !== '' && !/^[0-9A-Za-z]{3,32}$/.test(token)) throw bad('Token', '应为 3 到 32 位的字母、数字');
  if (encodingAesKey !== '' && !/^[0-9A-Za-z]{43}$/.test(encodingAesKey))
    throw bad('EncodingAESKey', '应为 43 位的字母、数字');
}

function requireFields(input: AccountInput, secrets: AccountSecrets): void {
  const missing = [
    ...(input.siteUrl === '' ? ['“本系统的网址”'] : []),
    ...(secrets.token ? [] : ['“Token”']),
    ...(input.mode === 'aes' && !secrets.encodingAesKey ? ['“EncodingAESKey”'] : []),
  ];
  if (missing.length > 0) throw officialAccountFail('officialAccount.fieldMissing', { fields: missing.join('') });
}
