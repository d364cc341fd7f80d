import type { Channel, TemplateMapping } from '@anlin/contract';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { findEventKind } from './event-kinds.ts';
import { residentEvents } from './template-events.ts';

/** An event residents can be told of by the mini-program now: a template stands for it, and the company tells it there. */
export interface SubscriptionEvent {
  kind: string;
  templateId: string;
  /** As WeChat shows the template. */
  title: string;
}

/** In the order of the events; empty where the mini-program is not set up or switched off. */
export async function listSubscriptionEvents(ctx: Context): Promise<SubscriptionEvent[]> {
  const channel = await ctx.tx.first<{
    templates: Record<string, TemplateMapping>;
    known: { templateId: string; title: string }[];
  }>(sql`select templates, known_templates as known from message_channel
    where company_id = ${ctx.companyId} and channel = 'miniProgram' and is_on`);
  if (!channel) return [];
  const settings = await ctx.tx.rows<{ event_kind: string; resident_channels: Channel[] }>(
    sql`select event_kind, resident_channels from notification_setting where company_id = ${ctx.companyId}`,
  );
  return residentEvents().flatMap(({ kind, name, isChosenElsewhere }) => {
    const templateId = channel.templates[kind]?.templateId;
    const own = settings.find((one) => one.event_kind === kind)?.resident_channels;
    const channels: readonly Channel[] = own ?? findEventKind(kind)?.residents?.channels ?? [];
    if (templateId === undefined || !(isChosenElsewhere || channels.includes('miniProgram'))) return [];
    return [{ kind, templateId, title: channel.known.find((one) => one.templateId === templateId)?.title || name }];
  });
}
