import {
  channelLabels,
  type EndpointReply,
  type listOfficialTemplates,
  type OfficialTemplateView,
  officialAccountFail,
  type TemplateMapping,
  type WechatAccountKind,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Session } from '../../platform/http/route.ts';
import type { WechatReply } from '../../platform/messages/channels/access-token.ts';
import { findEventKind } from '../../platform/messages/event-kinds.ts';
import { channelRows } from '../../platform/messages/read-channel.ts';
import { saveTemplate } from '../../platform/messages/save-template.ts';
import { residentEvents } from '../../platform/messages/template-events.ts';
import { testChannel } from '../../platform/messages/test-channel.ts';
import type { Services } from '../../platform/services.ts';
import { readAccountRow } from './account-row.ts';
import { answerMs, askWechat, readWechat } from './ask-wechat.ts';
import { openIdOf } from './follower.ts';
import { countAgreed } from './subscribers.ts';

/** The templates an account has at WeChat, as they were read last. */
interface KnownTemplates {
  templates: OfficialTemplateView[];
  syncedAt: string | null;
}

/** Those of the 公众号 stand with the account, those of the mini-program with its message channel. */
async function readKnown(ctx: Context, account: WechatAccountKind): Promise<KnownTemplates> {
  if (account === 'wechat') {
    const row = await readAccountRow(ctx);
    return { templates: row?.templates ?? [], syncedAt: row?.templates_synced_at ?? null };
  }
  const row =
    await ctx.tx.first<KnownTemplates>(sql`select known_templates as templates, templates_synced_at as "syncedAt"
    from message_channel where company_id = ${ctx.companyId} and channel = ${account}`);
  return row ?? { templates: [], syncedAt: null };
}

async function writeKnown(
  ctx: Context,
  account: WechatAccountKind,
  templates: readonly OfficialTemplateView[],
): Promise<void> {
  const [text, now] = [JSON.stringify(templates), nowText(ctx)];
  if (account === 'miniProgram') {
    await ctx.tx.run(sql`update message_channel set known_templates = ${text}, templates_synced_at = ${now}
      where company_id = ${ctx.companyId} and channel = ${account}`);
    return;
  }
  await ctx.tx.run(sql`insert into official_account (company_id, id, templates, templates_synced_at, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${text}, ${now}, ${now})
    on conflict (company_id) do update set templates = excluded.templates, templates_synced_at = excluded.templates_synced_at`);
}

/** Events residents are told of, the account's templates as they were read last, and which stands for which. */
export async function readTemplates(
  ctx: Context,
  account: WechatAccountKind,
): Promise<EndpointReply<typeof listOfficialTemplates>> {
  const channel = (await channelRows(ctx)).find((one) => one.channel === account);
  const settings = await ctx.tx.rows<{ event_kind: string; resident_channels: string[] }>(
    sql`select event_kind, resident_channels from notification_setting where company_id = ${ctx.companyId}`,
  );
  const agreed = account === 'miniProgram' ? await countAgreed(ctx) : new Map<string, number>();
  const isTold = (kind: string) => {
    const own = settings.find((one) => one.event_kind === kind)?.resident_channels;
    const channels: readonly string[] = own ?? findEventKind(kind)?.residents?.channels ?? [];
    return channels.includes(account);
  };
  return {
    events: residentEvents().map(({ isChosenElsewhere, ...event }) => ({
      ...event,
      isTold: isChosenElsewhere ? null : isTold(event.kind),
      agreed: agreed.get(event.kind) ?? 0,
    })),
    ...(await readKnown(ctx, account)),
    mappings: channel?.templates ?? {},
    version: channel?.version ?? 0,
  };
}

interface TemplateReply extends WechatReply {
  template_list?: readonly { template_id?: string; title?: string; content?: string; example?: string }[];
  data?: readonly { priTmplId?: string; title?: string; content?: string; example?: string }[];
}

/** Where WeChat tells the templates of an account: get_all_private_template, getMessageTemplateList. */
const listPaths: Readonly<Record<WechatAccountKind, string>> = {
  wechat: '/cgi-bin/template/get_all_private_template',
  miniProgram: '/wxaapi/newtmpl/gettemplate',
};

/** Reads the account's templates. Errors: officialAccount.noChannel and those of askWechat. */
export async function syncTemplates(
  services: Services,
  session: Session,
  account: WechatAccountKind,
): Promise<{ count: number }> {
  const setup = await session.run((ctx) => readWechat(ctx, account));
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: answerMs };
  const reply = await askWechat<TemplateReply>(setup, outside, listPaths[account]);
  const told = [
    ...(reply.template_list ?? []).map(({ template_id: templateId, ...rest }) => ({ templateId, ...rest })),
    ...(reply.data ?? []).map(({ priTmplId: templateId, ...rest }) => ({ templateId, ...rest })),
  ];
  const templates = told.flatMap(({ templateId, title, content = '', example }) =>
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
    await writeKnown(ctx, account, templates);
    await recordAudit(ctx, {
      action: 'officialTemplate.sync',
      targetKind: 'officialTemplate',
      targetId: null,
      targetLabel: channelLabels[account],
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

/**
 * Errors: officialTemplate.unknownEvent, officialTemplate.unknownTemplate, officialTemplate.badFields,
 * officialTemplate.emptyField (422), those of saveTemplate.
 */
export async function mapTemplate(
  ctx: Context,
  account: WechatAccountKind,
  kind: string,
  mapping: TemplateMapping | null,
  version: number,
): Promise<void> {
  if (!residentEvents().some((one) => one.kind === kind)) throw officialAccountFail('officialTemplate.unknownEvent');
  const { templates } = await readKnown(ctx, account);
  const template = templates.find((one) => one.templateId === mapping?.templateId);
  if (mapping && !template) throw officialAccountFail('officialTemplate.unknownTemplate');
  for (const field of Object.values(mapping?.fields ?? {}).filter(Boolean))
    if (!template?.fields.some((one) => one.field === field))
      throw officialAccountFail('officialTemplate.badFields', { title: template?.title ?? '', field });
  if (account === 'miniProgram' && mapping) {
    // WeChat refuses a subscription message that leaves a field empty.
    const used = Object.values(mapping.fields);
    const empty = template?.fields.find((one) => !used.includes(one.field));
    if (empty) throw officialAccountFail('officialTemplate.emptyField', { field: empty.label || empty.field });
  }
  await saveTemplate(ctx, account, kind, mapping, version);
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
    const setup = await readWechat(ctx, 'wechat');
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
