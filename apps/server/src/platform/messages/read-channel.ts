import { DomainError, type OutsideChannel, type TemplateMapping } from '@anlin/contract';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { SealedPlace } from '../secrets/index.ts';
import type { ChannelSetup } from './channels/channel.ts';

export interface ChannelRow {
  id: string;
  channel: OutsideChannel;
  provider: string;
  is_on: boolean;
  settings: Record<string, string>;
  /** One sealed object of name and value; null: none yet. */
  sealed_secrets: string | null;
  templates: Record<string, TemplateMapping>;
  version: number;
  updated_at: string;
}

export function channelRows(ctx: Context): Promise<ChannelRow[]> {
  return ctx.tx.rows<ChannelRow>(sql`select id, channel, provider, is_on, settings, sealed_secrets, templates, version, updated_at
    from message_channel where company_id = ${ctx.companyId} order by channel`);
}

/** Ties sealed secrets to their row. */
export const secretPlace = (companyId: string, rowId: string): SealedPlace => ({
  companyId,
  rowId,
  field: 'messageChannel.secrets',
});

/** Secrets of a row; empty when there are none, or this installation has another key, as after a restore without it. */
export function secretsOf(ctx: Context, row: ChannelRow): Record<string, string> {
  if (row.sealed_secrets === null) return {};
  try {
    return JSON.parse(ctx.vault.open(row.sealed_secrets, secretPlace(ctx.companyId, row.id))) as Record<string, string>;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'secret.unreadable') return {};
    throw error;
  }
}

/** A channel ready for use, or null when it was never set up. `isOn` says whether the company uses it. */
export async function readChannel(
  ctx: Context,
  channel: OutsideChannel,
): Promise<(ChannelSetup & { isOn: boolean }) | null> {
  const row = (await channelRows(ctx)).find((one) => one.channel === channel);
  if (!row) return null;
  return {
    companyId: ctx.companyId,
    provider: row.provider,
    settings: row.settings,
    secrets: secretsOf(ctx, row),
    templates: row.templates,
    isOn: row.is_on,
  };
}
