import { platformFail, type Subscriber } from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { findEventKind } from './event-kinds.ts';

interface NotificationInput {
  personalChannels: readonly string[];
  residentChannels: readonly string[];
  residentWay: 'all' | 'first';
  subscribers: readonly Subscriber[];
  version: number;
}

/**
 * Replaces who is told of one kind of event. Places outside the data scope of whoever saves are neither seen nor touched:
 * a subscriber that stays keeps them.
 */
export async function saveNotification(ctx: Context, name: string, input: NotificationInput): Promise<void> {
  const kind = findEventKind(name);
  if (!kind || kind.isInternal) throw platformFail('notification.unknownKind');
  if (!kind.residents && input.residentChannels.length > 0)
    throw platformFail('notification.noResidents', { name: kind.name });
  await checkSubscribers(ctx, input.subscribers);
  await ctx.tx.rows(sql`select pg_advisory_xact_lock(hashtextextended(${`notification ${ctx.companyId}/${name}`}, 0))`);
  const before = await ctx.tx.first<{
    version: number;
    personal_channels: string[];
    resident_channels: string[];
    resident_way: string;
  }>(
    sql`select version, personal_channels, resident_channels, resident_way from notification_setting where company_id = ${ctx.companyId} and event_kind = ${name}`,
  );
  if ((before?.version ?? 0) !== input.version) throw platformFail('resource.changed', { label: '通知设置' });
  const [personal, residents] = [[...new Set(input.personalChannels)], [...new Set(input.residentChannels)]];
  await ctx.tx.run(sql`insert into notification_setting (company_id, id, event_kind, personal_channels, resident_channels, resident_way, updated_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${name}, ${personal}, ${residents}, ${input.residentWay}, ${nowText(ctx)})
    on conflict (company_id, event_kind) do update set personal_channels = excluded.personal_channels,
      resident_channels = excluded.resident_channels, resident_way = excluded.resident_way, updated_at = excluded.updated_at, version = notification_setting.version + 1`);
  await writeSubscribers(ctx, name, input.subscribers);
  await recordAudit(ctx, {
    action: 'notification.save',
    targetKind: 'notification',
    targetId: null,
    targetLabel: kind.name,
    before: before && {
      personalChannels: before.personal_channels,
      residentChannels: before.resident_channels,
      residentWay: before.resident_way,
    },
    after: {
      personalChannels: personal,
      residentChannels: residents,
      residentWay: input.residentWay,
      subscribers: input.subscribers.length,
    },
  });
}

async function checkSubscribers(ctx: Context, subscribers: readonly Subscriber[]): Promise<void> {
  for (const one of subscribers) {
    if ([one.staffId, one.permissionGroupId, one.departmentId].filter((id) => id !== null).length !== 1)
      throw platformFail('notification.oneRecipient');
    if (!one.isEverywhere && one.scopes.length === 0) throw platformFail('notification.scopeMissing');
  }
  const tables = {
    staff: sql`staff`,
    permission_group: sql`permission_group`,
    department: sql`department`,
    community: sql`community`,
  };
  const require = async (label: string, table: keyof typeof tables, ids: (string | null)[]) => {
    const wanted = [...new Set(ids.filter((id) => id !== null).map((id) => id.toLowerCase()))];
    const found = await ctx.tx.ad<{ id: string }>(
      sql`select id from ${tables[table]} where company_id = ${ctx.companyId} and id = any (${wanted}::uuid[])`,
    );
    if (found.length !== wanted.length) throw platformFail('reference.notFound', { label });
  };
  await require('员工', 'staff', subscribers.map((one) => one.staffId));
  await require('岗位', 'permission_group', subscribers.map((one) => one.permissionGroupId));
  await require('部门', 'department', subscribers.map((one) => one.departmentId));
  const scopes = subscribers.flatMap((one) => one.scopes);
  await require('小区', 'community', scopes.map((one) => one.communityId));
  for (const { communityId, buildingId } of scopes) {
    if (buildingId === null) continue;
    const found = await ctx.tx.first(sql`select id from building
      where company_id = ${ctx.companyId} and community_id = ${communityId} and id = ${buildingId}`);
    if (!found) throw platformFail('reference.notFound', { label: '楼宇' });
  }
}

interface ExistingRow {
  id: string;
  staff_id: string | null;
  permission_group_id: string | null;
  department_id: string | null;
}

/** Subscribers are told apart by who they are; one that is there already stays, with the places nobody here can see. */
async function writeSubscribers(ctx: Context, name: string, subscribers: readonly Subscriber[]): Promise<void> {
  const existing = await ctx.tx.rows<ExistingRow>(
    sql`select id, staff_id, permission_group_id, department_id from notification_subscriber where company_id = ${ctx.companyId} and event_kind = ${name} order by id`,
  );
  const kept = new Set<string>();
  for (const one of subscribers) {
    const same = existing.find(
      (row) =>
        !kept.has(row.id) &&
        row.staff_id === one.staffId &&
        row.permission_group_id === one.permissionGroupId &&
        row.department_id === one.departmentId,
    );
    const id = same?.id ?? ctx.newId();
    kept.add(id);
    await ctx.tx.run(sql`insert into notification_subscriber (company_id, id, event_kind, staff_id, permission_group_id, department_id, channels, is_everywhere)
      values (${ctx.companyId}, ${id}, ${name}, ${one.staffId}, ${one.permissionGroupId}, ${one.departmentId}, ${[...new Set(one.channels)]}, ${one.isEverywhere})
      on conflict (company_id, id) do update set channels = excluded.channels, is_everywhere = excluded.is_everywhere`);
    // Row-level security leaves the rows of other people's communities where they are.
    await ctx.tx.run(
      sql`delete from notification_scope where company_id = ${ctx.companyId} and notification_subscriber_id = ${id}`,
    );
    for (const scope of one.isEverywhere ? [] : one.scopes) {
      await ctx.tx.run(sql`insert into notification_scope (company_id, id, notification_subscriber_id, community_id, building_id)
        values (${ctx.companyId}, ${ctx.newId()}, ${id}, ${scope.communityId}, ${scope.buildingId})`);
    }
  }
  const gone = existing.filter((row) => !kept.has(row.id)).map((row) => row.id);
  await ctx.tx.run(
    sql`delete from notification_subscriber where company_id = ${ctx.companyId} and id = any (${gone}::uuid[])`,
  );
}
