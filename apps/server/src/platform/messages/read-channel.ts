import type { OutsideChannel, TemplateMapping } from '@anlin/contract';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { openSecrets } from '../sealed-secrets.ts';
import type { ChannelSetup } from './channels/channel.ts';

export interface ChannelRow {
  id: string;
  channel: OutsideChannel;
  provider: string;
  is_on: boolean;
  settings: Record<string, string>;
  sealed_secrets: Buffer | null;
  templates: Record<string, TemplateMapping>;
  version: number;
  updated_at: string;
}

export function channelRows(ctx: Context): Promise<ChannelRow[]> {
  return ctx.tx.rows<ChannelRow>(sql`select id, channel, provider, is_on, settings, sealed_secrets, templates, version, updated_at
    from message_channel where company_id = ${ctx.companyId} order by channel`);
}

/** Ties sealed secrets to their company and channel. */
export const secretPlace = (companyId: string, channel: string) => `${companyId}/${channel}`;

/** Secrets of a row; empty when there are none or this installation cannot open them. */
export function secretsOf(secret: Buffer, companyId: string, row: ChannelRow): Record<string, string> {
  if (row.sealed_secrets === null) return {};
  return openSecrets(secret, secretPlace(companyId, row.channel), row.sealed_secrets) ?? {};
}

/** A channel ready for use, or null when it was never set up. `isOn` says whether the company uses it. */
export async function readChannel(
  ctx: Context,
  secret: Buffer,
  channel: OutsideChannel,
): Promise<(ChannelSetup & { isOn: boolean }) | null> {
  const row = (await channelRows(ctx)).find((one) => one.channel === channel);
  if (!row) return null;
  return {
    companyId: ctx.companyId,
    provider: row.provider,
    settings: row.settings,
    secrets: secretsOf(secret, ctx.companyId, row),
    templates: row.templates,
    isOn: row.is_on,
  };
}
