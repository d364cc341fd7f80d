import * as contract from '@anlin/contract';
import { outsideChannels } from '@anlin/contract';
import { type Route, route, sessionRoute } from '../http/route.ts';
import { settableKinds } from './event-kinds.ts';
import { channelRows, secretsOf } from './read-channel.ts';
import { isDemoCompany, saveChannel } from './save-channel.ts';
import { templateEvents } from './template-events.ts';
import { testChannel } from './test-channel.ts';

export const channelRoutes: Route[] = [
  route(contract.listChannels, async (ctx) => {
    const rows = await channelRows(ctx);
    return {
      isDemo: await isDemoCompany(ctx),
      events: templateEvents(settableKinds()),
      rows: outsideChannels.map((channel) => {
        const row = rows.find((one) => one.channel === channel);
        return {
          channel,
          provider: row?.provider ?? Object.keys(contract.channelForms[channel].providers)[0]!,
          isOn: row?.is_on ?? false,
          settings: row?.settings ?? {},
          keptSecrets: row ? Object.keys(secretsOf(ctx, row)) : [],
          templates: row?.templates ?? {},
          version: row?.version ?? 0,
          updatedAt: row?.updated_at ?? null,
        };
      }),
    };
  }),
  route(contract.saveChannel, async (ctx, { params, body }) => {
    await saveChannel(ctx, params.channel, body);
    return contract.okReply;
  }),
  sessionRoute(contract.testChannel, async (session, { params, body }, { services }) => {
    const { outcome, code, answer } = await testChannel(services, session, params.channel, body.address);
    return { isSent: outcome === 'sent', code, answer };
  }),
];
