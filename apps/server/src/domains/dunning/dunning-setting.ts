import {
  type DunningSetting,
  dunningFail,
  type EndpointReply,
  type EndpointRequest,
  type addSmsPackage as packageEndpoint,
  type readDunningSetting as readEndpoint,
  type saveDunningSetting as saveEndpoint,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readSmsBalance } from './sms-balance.ts';

interface SettingRow {
  wechat_pause_days: number;
  sms_pause_days: number;
  wecom_pause_days: number;
  audience: DunningSetting['audience'];
  site_url: string;
  link_days: number;
  ladder_days: number[];
  is_sms_limited: boolean;
  sms_warn_below: number;
  version: number;
}

/** What holds for a company that set nothing; the same as the defaults of the table. */
const defaults: DunningSetting = {
  wechatPauseDays: 3,
  smsPauseDays: 30,
  wecomPauseDays: 3,
  audience: 'residents',
  siteUrl: '',
  linkDays: 30,
  ladderDays: [30, 60, 90],
  isSmsLimited: false,
  smsWarnBelow: 500,
  version: 0,
};

/** How the company duns (PAY-6). */
export async function readSetting(ctx: Context): Promise<DunningSetting> {
  const row = await ctx.tx.first<SettingRow>(sql`
    select wechat_pause_days, sms_pause_days, wecom_pause_days, audience, site_url, link_days, ladder_days, is_sms_limited, sms_warn_below, version
    from dunning_setting where company_id = ${ctx.companyId}`);
  if (!row) return defaults;
  return {
    wechatPauseDays: row.wechat_pause_days,
    smsPauseDays: row.sms_pause_days,
    wecomPauseDays: row.wecom_pause_days,
    audience: row.audience,
    siteUrl: row.site_url,
    linkDays: row.link_days,
    ladderDays: row.ladder_days,
    isSmsLimited: row.is_sms_limited,
    smsWarnBelow: row.sms_warn_below,
    version: row.version,
  };
}

const packagesShown = 20;

export async function readSettingWithSms(ctx: Context): Promise<EndpointReply<typeof readEndpoint>> {
  const setting = await readSetting(ctx);
  const { bought, used, left } = await readSmsBalance(ctx);
  const packages = await ctx.tx.rows<{ id: string; pieces: number; boughtOn: string; note: string; by: string }>(sql`
    select p.id, p.pieces, p.bought_on as "boughtOn", p.note, s.name as by from sms_package p
    join staff s on s.company_id = p.company_id and s.id = p.created_by
    where p.company_id = ${ctx.companyId} order by p.bought_on desc, p.id desc limit ${packagesShown}`);
  const isLow = setting.isSmsLimited && left < setting.smsWarnBelow;
  return { ...setting, sms: { bought, used, left, isLow, packages } };
}

/** Throws dunningSetting.ladder, dunningSetting.siteUrl (422), dunning.changed (409). */
export async function saveSetting(ctx: Context, input: EndpointRequest<typeof saveEndpoint>['body']): Promise<void> {
  const [first = 0, second = 0, third = 0] = input.ladderDays;
  if (first >= second || second >= third) throw dunningFail('dunningSetting.ladder');
  const siteUrl = plainSiteUrl(input.siteUrl);
  const before = await readSetting(ctx);
  const { version } = input;
  const terms = { ...input, siteUrl };
  const saved = await ctx.tx.run(sql`
    insert into dunning_setting (company_id, id, wechat_pause_days, sms_pause_days, wecom_pause_days, audience, site_url, link_days, ladder_days,
      is_sms_limited, sms_warn_below, version, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${terms.wechatPauseDays}, ${terms.smsPauseDays}, ${terms.wecomPauseDays}, ${terms.audience}, ${siteUrl},
      ${terms.linkDays}, ${terms.ladderDays}, ${terms.isSmsLimited}, ${terms.smsWarnBelow}, 1, ${nowText(ctx)})
    on conflict (company_id) do update set wechat_pause_days = excluded.wechat_pause_days, sms_pause_days = excluded.sms_pause_days,
      wecom_pause_days = excluded.wecom_pause_days, audience = excluded.audience, site_url = excluded.site_url, link_days = excluded.link_days,
      ladder_days = excluded.ladder_days, is_sms_limited = excluded.is_sms_limited, sms_warn_below = excluded.sms_warn_below,
      version = dunning_setting.version + 1, updated_at = excluded.updated_at
    where dunning_setting.version = ${version}`);
  if (saved === 0) throw dunningFail('dunning.changed', { label: '催缴设置' });
  const { version: _, ...after } = terms;
  await recordAudit(ctx, {
    action: 'dunningSetting.edit',
    targetKind: 'dunningSetting',
    targetId: null,
    targetLabel: '催缴设置',
    before,
    after,
  });
}

/** Scheme and host alone, without a slash at the end; empty stays empty. */
function plainSiteUrl(text: string): string {
  if (text === '') return '';
  const trimmed = text.replace(/\/+$/, '');
  const url = URL.parse(trimmed);
  if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== trimmed.toLowerCase())
    throw dunningFail('dunningSetting.siteUrl');
  return url.origin;
}

export async function addSmsPackage(
  ctx: Context,
  input: EndpointRequest<typeof packageEndpoint>['body'],
): Promise<void> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into sms_package (company_id, id, pieces, bought_on, note, created_at, created_by)
    values (${ctx.companyId}, ${id}, ${input.pieces}, ${input.boughtOn}, ${input.note}, ${nowText(ctx)}, ${ctx.actor.id})`);
  await recordAudit(ctx, {
    action: 'smsPackage.add',
    targetKind: 'smsPackage',
    targetId: id,
    targetLabel: `短信 ${input.pieces} 条`,
    after: { pieces: input.pieces, boughtOn: input.boughtOn },
  });
}
