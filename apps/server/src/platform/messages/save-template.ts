import { channelLabels, type OutsideChannel, platformFail, type TemplateMapping } from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { eventName } from './event-kinds.ts';
import { channelRows } from './read-channel.ts';

/**
 * Which template of a channel stands for one kind of event; null: none. Everything else of the channel stays as it is.
 * Errors: channel.notSet, resource.changed (409).
 */
export async function saveTemplate(
  ctx: Context,
  channel: OutsideChannel,
  eventKind: string,
  mapping: TemplateMapping | null,
  version: number,
): Promise<void> {
  await ctx.tx.rows(sql`select pg_advisory_xact_lock(hashtextextended(${`channel ${ctx.companyId}/${channel}`}, 0))`);
  const row = (await channelRows(ctx)).find((one) => one.channel === channel);
  if (!row) throw platformFail('channel.notSet');
  if (row.version !== version) throw platformFail('resource.changed', { label: '消息渠道设置' });
  const { [eventKind]: before, ...others } = row.templates;
  const templates = mapping ? { ...others, [eventKind]: mapping } : others;
  await ctx.tx.run(sql`update message_channel set templates = ${JSON.stringify(templates)}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${row.id}`);
  await recordAudit(ctx, {
    action: 'messageChannel.mapTemplate',
    targetKind: 'messageChannel',
    targetId: row.id,
    targetLabel: `${channelLabels[channel]}：${eventName(eventKind)}`,
    before: before ?? null,
    after: mapping,
  });
}
