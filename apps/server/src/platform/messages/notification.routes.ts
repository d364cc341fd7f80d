import type { NotificationView, Subscriber } from '@anlin/contract';
import * as contract from '@anlin/contract';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { type Route, route } from '../http/route.ts';
import { settableKinds } from './event-kinds.ts';
import { saveNotification } from './save-notification.ts';

interface SettingRow {
  event_kind: string;
  personal_channels: NotificationView['personalChannels'];
  resident_channels: NotificationView['residentChannels'];
  resident_way: NotificationView['residentWay'];
  version: number;
}

interface SubscriberRow {
  event_kind: string;
  staff_id: string | null;
  permission_group_id: string | null;
  department_id: string | null;
  channels: Subscriber['channels'];
  is_everywhere: boolean;
  scopes: Subscriber['scopes'];
}

/** Every settable kind with what holds for this company: its own settings, or the kind's defaults. */
async function listNotifications(ctx: Context): Promise<NotificationView[]> {
  const settings =
    await ctx.tx.rows<SettingRow>(sql`select event_kind, personal_channels, resident_channels, resident_way, version
    from notification_setting where company_id = ${ctx.companyId}`);
  const subscribers = await ctx.tx.rows<SubscriberRow>(sql`
    select s.event_kind, s.staff_id, s.permission_group_id, s.department_id, s.channels, s.is_everywhere,
      coalesce((select jsonb_agg(jsonb_build_object('communityId', c.community_id, 'buildingId', c.building_id) order by c.id)
        from notification_scope c where c.company_id = s.company_id and c.notification_subscriber_id = s.id), '[]') as scopes
    from notification_subscriber s where s.company_id = ${ctx.companyId} order by s.id`);
  return settableKinds().map(([name, kind]) => {
    const setting = settings.find((one) => one.event_kind === name);
    return {
      kind: name,
      name: kind.name,
      group: kind.group,
      help: kind.help,
      personalLabel: kind.personal?.label ?? null,
      personalChannels: setting?.personal_channels ?? [...(kind.personal?.channels ?? [])],
      residentLabel: kind.residents?.label ?? null,
      residentChannels: setting?.resident_channels ?? [...(kind.residents?.channels ?? [])],
      residentWay: setting?.resident_way ?? 'all',
      hasPlace: kind.place !== undefined,
      version: setting?.version ?? 0,
      subscribers: subscribers
        .filter((one) => one.event_kind === name)
        .map((one) => ({
          staffId: one.staff_id,
          permissionGroupId: one.permission_group_id,
          departmentId: one.department_id,
          channels: one.channels,
          isEverywhere: one.is_everywhere,
          scopes: one.scopes,
        })),
    };
  });
}

export const notificationRoutes: Route[] = [
  route(contract.listNotifications, async (ctx) => ({
    rows: await listNotifications(ctx),
    staff: await ctx.tx.rows<{ id: string; name: string; position: string }>(sql`select id, name, position from staff
      where company_id = ${ctx.companyId} and disabled_at is null order by name collate natural_order, id`),
    groups: await ctx.tx.rows<{ id: string; name: string }>(
      sql`select id, name from permission_group where company_id = ${ctx.companyId} order by name collate natural_order`,
    ),
    departments: await ctx.tx.rows<{ id: string; name: string }>(
      sql`select id, department_path(company_id, id) as name from department where company_id = ${ctx.companyId}
        order by department_path(company_id, id) collate natural_order`,
    ),
    openChannels: [
      'inApp',
      ...(
        await ctx.tx.rows<{ channel: string }>(
          sql`select channel from message_channel where company_id = ${ctx.companyId} and is_on order by channel`,
        )
      ).map((one) => one.channel),
    ],
  })),
  route(contract.saveNotification, async (ctx, { params, body }) => {
    await saveNotification(ctx, params.kind, body);
    return contract.okReply;
  }),
];
