import {
  channelFields,
  channelForms,
  channelLabels,
  type OutsideChannel,
  platformFail,
  type TemplateMapping,
} from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { channelRows, secretPlace, secretsOf } from './read-channel.ts';

interface ChannelInput {
  provider: string;
  isOn: boolean;
  settings: Readonly<Record<string, string>>;
  /** Only those that change; the others stay. */
  secrets: Readonly<Record<string, string>>;
  templates: Readonly<Record<string, TemplateMapping>>;
  version: number;
}

/** Sets up a channel. What it needs must be there before it is switched on; a secret that is not given stays. */
export async function saveChannel(ctx: Context, channel: OutsideChannel, input: ChannelInput): Promise<void> {
  const form = channelForms[channel];
  if (!(input.provider in form.providers)) throw platformFail('channel.unknownProvider');
  if (input.provider === 'development' && !(await isDemoCompany(ctx))) throw platformFail('channel.demoOnly');
  await ctx.tx.rows(sql`select pg_advisory_xact_lock(hashtextextended(${`channel ${ctx.companyId}/${channel}`}, 0))`);
  const row = (await channelRows(ctx)).find((one) => one.channel === channel);
  if ((row?.version ?? 0) !== input.version) throw platformFail('resource.changed', { label: '消息渠道设置' });
  const pick = (from: Readonly<Record<string, string>>, isSecret: boolean) =>
    Object.fromEntries(
      form.fields.flatMap((field) => {
        const value = Object.hasOwn(from, field.key) ? (from[field.key] ?? '') : '';
        return (field.isSecret ?? false) === isSecret && value !== '' ? [[field.key, value]] : [];
      }),
    );
  const settings = pick(input.settings, false);
  const secrets = { ...(row ? secretsOf(ctx, row) : {}), ...pick(input.secrets, true) };
  if (input.isOn && input.provider !== 'development')
    requireFields(channel, input.provider, { ...settings, ...secrets });
  const id = row?.id ?? ctx.newId();
  const sealed = ctx.vault.seal(JSON.stringify(secrets), secretPlace(ctx.companyId, id));
  await ctx.tx.run(sql`insert into message_channel (company_id, id, channel, provider, is_on, settings, sealed_secrets, templates, updated_at)
    values (${ctx.companyId}, ${id}, ${channel}, ${input.provider}, ${input.isOn}, ${JSON.stringify(settings)}, ${sealed},
      ${JSON.stringify(input.templates)}, ${nowText(ctx)})
    on conflict (company_id, channel) do update set provider = excluded.provider, is_on = excluded.is_on, settings = excluded.settings,
      sealed_secrets = excluded.sealed_secrets, templates = excluded.templates, updated_at = excluded.updated_at,
      version = message_channel.version + 1`);
  await recordAudit(ctx, {
    action: 'messageChannel.save',
    targetKind: 'messageChannel',
    targetId: row?.id ?? null,
    targetLabel: channelLabels[channel],
    before: row ? { provider: row.provider, isOn: row.is_on } : null,
    // Which secrets were typed anew, never what.
    after: {
      provider: input.provider,
      isOn: input.isOn,
      changedSecrets: Object.keys(pick(input.secrets, true)).join('、'),
    },
  });
}

function requireFields(channel: OutsideChannel, provider: string, values: Readonly<Record<string, string>>): void {
  const missing = channelFields(channel, provider).filter((field) => field.isRequired && !values[field.key]);
  if (missing.length > 0)
    throw platformFail('channel.fieldMissing', { fields: missing.map((field) => `“${field.label}”`).join('') });
}

export async function isDemoCompany(ctx: Context): Promise<boolean> {
  const row = await ctx.tx.first<{ is_demo: boolean }>(sql`select is_demo from company where id = ${ctx.companyId}`);
  return row?.is_demo ?? false;
}
