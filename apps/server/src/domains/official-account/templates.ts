import {
  type EndpointReply,
  type listOfficialTemplates,
  type OfficialTemplateView,
  officialAccountFail,
  type TemplateMapping,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Session } from '../../platform/http/route.ts';
import type { WechatReply } from '../../platform/messages/channels/access-token.ts';
import { channelRows } from '../../platform/messages/read-channel.ts';
import { saveTemplate } from '../../platform/messages/save-template.ts';
import { residentEvents } from '../../platform/messages/template-events.ts';
import { testChannel } from '../../platform/messages/test-channel.ts';
import type { Services } from '../../platform/services.ts';
import { readAccountRow } from './account-row.ts';
import { answerMs, askWechat, readWechat } from './ask-wechat.ts';
import { openIdOf } from './follower.ts';

/** Events residents are told of, the account's templates as they were read last, and which stands for which. */
export async function readTemplates(ctx: Context): Promise<EndpointReply<typeof listOfficialTemplates>> {
  const row = await readAccountRow(ctx);
  const channel = (await channelRows(ctx)).find((one) => one.channel === 'wechat');
  const settings = await ctx.tx.rows<{ event_kind: string; resident_channels: string[] }>(
    sql`select event_kind, resident_channels from notification_setting where company_id = ${ctx.companyId}`,
  );
  return {
    events: residentEvents().map(({ isChosenElsewhere, ...event }) => ({
      ...event,
      isTold: isChosenElsewhere
        ? null
        : (settings.find((one) => one.event_kind === event.kind)?.resident_channels.includes('wechat') ?? false),
    })),
    templates: row?.templates ?? [],
    syncedAt: row?.templates_synced_at ?? null,
    mappings: channel?.templates ?? {},
    version: channel?.version ?? 0,
  };
}

interface TemplateReply extends WechatReply {
  template_list?: readonly { template_id?: string; title?: string; content?: string; example?: string }[];
}

/** Reads the account's templates (get_all_private_template). Errors: officialAccount.noChannel and those of askWechat. */
export async function syncTemplates(services: Services, session: Session): Promise<{ count: number }> {
  const setup = await session.run(readWechat);
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: answerMs };
  const reply = await askWechat<TemplateReply>(setup, outside, '/cgi-bin/template/get_all_private_template');
  const templates = (reply.template_list ?? []).flatMap(({ template_id: templateId, title, content = '', example }) =>
    templateId
      ? [
          {
            templateId: templateId.slice(0, 100),
            title: (title ?? '').slice(0, 100),
            fields: fieldsOf(content),
            example: (example ?? '').slice(0, 500),
          },
        ]
      : [],
  );
  await session.run(async (ctx) => {
    await ctx.tx.run(sql`insert into official_account (company_id, id, templates, templates_synced_at, updated_at)
      values (${ctx.companyId}, ${ctx.newId()}, ${JSON.stringify(templates)}, ${nowText(ctx)}, ${nowText(ctx)})
      on conflict (company_id) do update set templates = excluded.templates, templates_synced_at = excluded.templates_synced_at`);
    await recordAudit(ctx, {
      action: 'officialTemplate.sync',
      targetKind: 'officialTemplate',
      targetId: null,
      after: { count: templates.length },
    });
  });
  return { count: templates.length };
}

/** `缴费金额:{{amount2.DATA}}` is the field amount2 with the words before it. */
export function fieldsOf(content: string): OfficialTemplateView['fields'] {
  return [...content.matchAll(/([^{}\n]*)\{\{(\w{1,40})\.DATA\}\}/g)].map(([, label = '', field = '']) => ({
    field,
    label: label
      .replace(/[:：\s]+$/, '')
      .trim()
      .slice(0, 40),
  }));
}

/** Errors: officialTemplate.unknownEvent, officialTemplate.unknownTemplate, officialTemplate.badFields (422), those of saveTemplate. */
export async function mapTemplate(
  ctx: Context,
  kind: string,
  mapping: TemplateMapping | null,
  version: number,
): Promise<void> {
  if (!residentEvents().some((one) => one.kind === kind)) throw officialAccountFail('officialTemplate.unknownEvent');
  const template = (await readAccountRow(ctx))?.templates.find((one) => one.templateId === mapping?.templateId);
  if (mapping && !template) throw officialAccountFail('officialTemplate.unknownTemplate');
  for (const field of Object.values(mapping?.fields ?? {}).filter(Boolean))
    if (!template?.fields.some((one) => one.field === field))
      throw officialAccountFail('officialTemplate.badFields', { title: template?.title ?? '', field });
  await saveTemplate(ctx, 'wechat', kind, mapping, version);
}

/**
 * Sends the template of an event with its examples to somebody who follows. Errors: officialTemplate.notMapped (409),
 * reference.notFound (422), officialFollower.left (409).
 */
export async function testTemplate(
  services: Services,
  session: Session,
  kind: string,
  followerId: string,
): Promise<{ isSent: boolean; code: string; answer: string }> {
  const { openId, facts } = await session.run(async (ctx) => {
    const setup = await readWechat(ctx);
    const event = residentEvents().find((one) => one.kind === kind);
    if (!event) throw officialAccountFail('officialTemplate.unknownEvent');
    if (!setup.templates[kind]) throw officialAccountFail('officialTemplate.notMapped');
    return {
      openId: await openIdOf(ctx, setup.settings.appId ?? '', followerId),
      facts: Object.fromEntries(event.facts.map(({ name, sample }) => [name, sample])),
    };
  });
  const { outcome, code, answer } = await testChannel(services, session, 'wechat', openId, { eventKind: kind, facts });
  return { isSent: outcome === 'sent', code, answer };
}
