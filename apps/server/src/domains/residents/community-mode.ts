import { platformFail, type RegistrationMode } from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export interface RegisteringCommunity {
  id: string;
  name: string;
  mode: RegistrationMode;
  /** Business day in its zone. */
  today: Temporal.PlainDate;
}

/** How a community takes people in, and which day it is there. Error: reference.notFound. */
export async function findCommunity(ctx: Context, communityId: string): Promise<RegisteringCommunity> {
  const row = await ctx.tx.first<{ name: string; registration_mode: RegistrationMode; time_zone: string }>(
    sql`select name, registration_mode, time_zone from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!row) {
    const message = '所选的小区不存在，或不在您可查看的范围内，请重新选择';
    throw platformFail('reference.notFound', { label: '小区' }, [{ path: 'communityId', message }]);
  }
  return { id: communityId, name: row.name, mode: row.registration_mode, today: businessDay(ctx.clock, row.time_zone) };
}
